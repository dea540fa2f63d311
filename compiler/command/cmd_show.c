/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/base/json.h"
#include "compiler/command/cli_value.h"
#include "compiler/compilation/source.h"
#include "compiler/report/show.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { JSON };

static const struct cli_option options[] = {
    [JSON] = {"json", 0, NULL, "one JSON document instead of text"},
    {0},
};

#define ID_ALL (-1)

struct showing {
	const char *path;
	int32_t id; /* or ID_ALL */
	bool json;
	size_t shown;
};

/* ---- tunnels ---- */

static bool print_tunnel(struct showing *showing, const struct source *source,
			 const struct tunnel *tunnel)
{
	struct text *text = source->findings->text;
	bool first = showing->shown++ == 0;

	if (showing->json) {
		fputs(first ? "\n" : ",\n", stdout);
		return json_write(stdout, show_tunnel_json(text, tunnel));
	}
	if (!first)
		putchar('\n');
	show_tunnel(stdout, text, tunnel);
	return true;
}

static bool print_tunnels(struct showing *showing, const struct source *source)
{
	const struct model *model = source->model;

	if (showing->id != ID_ALL) {
		const struct tunnel *tunnel = model_tunnel(model, showing->id);

		return !tunnel || print_tunnel(showing, source, tunnel);
	}
	for (size_t i = 0; i < model->count && !ferror(stdout); i++) {
		if (!print_tunnel(showing, source, model->tunnels[i]))
			return false;
	}
	return true;
}

static bool print_document(struct showing *showing, const struct source *source)
{
	bool printed;
	json_t *file = json_object();

	json_put_string(&file, "path", showing->path);
	json_put_string(&file, "dialect",
			source->model->dialect == DIALECT_WEOS4 ? "weos4" : "weos5");
	json_put_integer(&file, "errors", source->findings->severities[SEVERITY_ERROR]);
	fputs("{\"schema_version\": 1, \"file\": ", stdout);
	printed = json_write(stdout, file);
	fputs(", \"tunnels\": [", stdout);
	printed = printed && print_tunnels(showing, source);
	fputs("\n]}\n", stdout);
	return printed;
}

/* ---- the file ---- */

/* What standard error has to say of what was shown, and the status. */
static int judge(const struct showing *showing, const struct source *source)
{
	size_t errors = source->findings->severities[SEVERITY_ERROR];
	int status = EXIT_OK;

	if (!showing->shown && showing->id != ID_ALL) {
		cli_complain("%s: there is no 'ipsec %d'", showing->path, (int)showing->id);
		status = EXIT_FINDINGS;
	} else if (!showing->shown) {
		cli_complain("%s: there is no tunnel", showing->path);
	}
	if (errors) {
		cli_complain("%s: %zu error%s: see 'weipsec check'", showing->path, errors,
			     errors == 1 ? "" : "s");
		status = EXIT_FINDINGS;
	}
	return status;
}

static int show_file(struct showing *showing)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct source source;
	bool printed;
	int status;

	source_open(&source, showing->path, showing->path, &surroundings, NULL);
	if (source.error) {
		status = cli_written(EXIT_OK, showing->path, source.error);
	} else {
		printed = showing->json ? print_document(showing, &source)
					: print_tunnels(showing, &source);
		status = printed ? cli_flush(EXIT_OK) : cli_written(EXIT_OK, showing->path, ENOMEM);
		if (status == EXIT_OK)
			status = judge(showing, &source);
	}
	source_close(&source);
	return status;
}

static int show_run(const struct cli_command *command, int argc, char **argv)
{
	struct showing showing = {.id = ID_ALL};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option;

	while ((option = cli_next(&cli)) >= 0)
		showing.json = true;
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand == argc)
		return cli_misuse(command, "no file to show");
	if (cli.operand + 2 < argc)
		return cli_misuse(command, "one file and one ID: '%s' is too much",
				  argv[cli.operand + 2]);
	showing.path = argv[cli.operand];
	if (cli.operand + 1 < argc && !cli_id(command, argv[cli.operand + 1], &showing.id))
		return EXIT_MISUSE;
	return show_file(&showing);
}

const struct cli_command cli_show = {
    .name = "show",
    .operands = "FILE [ID]",
    .line = "Shows the effective settings of each tunnel, or of tunnel ID",
    .more =
	"FILE '-' is standard input.  Defaults are resolved and marked, secrets are never shown.\n"
	"Errors in FILE are only counted: 'weipsec check' tells them.\n"
	"\n"
	"Exit status: 0 shown, 1 there are errors in FILE or there is no tunnel ID, 2 FILE could\n"
	"not be read or the output not written, 64 wrong usage.\n",
    .options = options,
    .run = show_run,
};

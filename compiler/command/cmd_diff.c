/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "backends/swanctl.h"
#include "compiler/base/files.h"
#include "compiler/base/json.h"
#include "compiler/change/change.h"
#include "compiler/command/complaint.h"
#include "compiler/compilation/artefact.h"
#include "compiler/yang/yang.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FORMAT };

static const struct cli_option options[] = {
    [FORMAT] = {"format", 0, "text|json", "how to write it (text)"},
    {0},
};

enum { OLD, NEW, SIDES };

struct diffing {
	const char *paths[SIDES];
	bool json;
	struct compilation *sides[SIDES];
};

/* ---- what differs ---- */

static void print_text(const struct changes *changes)
{
	for (size_t i = 0; i < changes->count && !ferror(stdout); i++)
		change_print(stdout, &changes->items[i]);
}

static bool print_json(const struct changes *changes)
{
	bool printed = true;

	fputs("{\"schema_version\": 1, \"tunnels\": [", stdout);
	for (size_t i = 0; i < changes->count && printed && !ferror(stdout); i++) {
		fputs(i ? ",\n" : "\n", stdout);
		printed = json_write(stdout, change_json(&changes->items[i]));
	}
	fputs("\n]}\n", stdout);
	return printed;
}

static int print_changes(const struct diffing *diffing)
{
	struct changes changes;
	int status = EXIT_OK;

	if (!changes_make(&changes, diffing->sides[OLD]->model, diffing->sides[NEW]->model))
		status = cli_written(EXIT_OK, "tunnels", ENOMEM);
	else if (!diffing->json)
		print_text(&changes);
	else if (!print_json(&changes))
		status = cli_written(EXIT_OK, "tunnels", ENOMEM);
	if (status == EXIT_OK)
		status = cli_flush(changes_are_some(&changes) ? EXIT_FINDINGS : EXIT_OK);
	changes_free(&changes);
	return status;
}

/* ---- the two texts ---- */

/* What is wrong in one cannot be compared: nobody knows what was meant, and it is never applied. */
static int read_side(struct diffing *diffing, int side)
{
	const struct surroundings surroundings = {.dialect = -1};
	const char *path = diffing->paths[side];
	struct text *text = files_read(path);
	struct compilation *compilation;

	if (!text)
		return cli_written(EXIT_OK, path, errno);
	compilation = artefact_read(text, &surroundings, agent_yang_read);
	if (!compilation)
		return cli_written(EXIT_OK, path, ENOMEM);
	diffing->sides[side] = compilation;
	artefact_check(compilation, swanctl_supports);
	if (!compilation_is_refused(compilation))
		return EXIT_OK;
	(void)complaint_write(path, compilation);
	return EXIT_FAILED;
}

/* What is said of a tunnel that NEW does not have would not happen. */
static void say_lack(const struct diffing *diffing)
{
	if (diffing->sides[NEW]->model->lack != LACK_NOTHING)
		cli_complain("%s: is no whole text: weipsec-apply would refuse it",
			     diffing->paths[NEW]);
}

static int diff(struct diffing *diffing)
{
	int status = read_side(diffing, OLD), other = read_side(diffing, NEW);

	if (status == EXIT_OK)
		status = other;
	if (status == EXIT_OK) {
		say_lack(diffing);
		status = print_changes(diffing);
	}
	for (int i = 0; i < SIDES; i++)
		compilation_free(diffing->sides[i]);
	return status;
}

static int run(const struct cli_command *command, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json", NULL};
	struct diffing diffing = {0};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, format = 0;

	while ((option = cli_next(&cli)) >= 0) {
		format = cli_choice(command, "--format", cli.value, formats);
		if (format < 0)
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand + SIDES != argc)
		return cli_misuse(command, "two files are compared, an old one and a new one");
	diffing.json = format == 1;
	diffing.paths[OLD] = argv[cli.operand];
	diffing.paths[NEW] = argv[cli.operand + 1];
	if (strcmp(diffing.paths[OLD], "-") == 0 && strcmp(diffing.paths[NEW], "-") == 0)
		return cli_misuse(command, "only one of the two can be standard input");
	return diff(&diffing);
}

const struct cli_command cli_diff = {
    .name = "diff",
    .operands = "OLD NEW",
    .line = "Compares what two configurations mean, and says what the change does",
    .more =
	"OLD and NEW are WeOS CLI text or agent configuration, each of them what it likes;\n"
	"one may be '-', standard input.  What they mean is compared, not how it is written:\n"
	"a default that is spelled out, another order or a comment is no difference.\n"
	"\n"
	"Behind each setting stands what 'weipsec-apply' does when it changes to a tunnel\n"
	"that runs:\n"
	"  none       it goes on, and loses no packet\n"
	"  next-auth  the same, and the next authentication is by what is new\n"
	"  restart    it ends, and begins anew with what is new\n"
	"'both ends' says that it does not come up again until the other end has changed as well,\n"
	"where that is now what OLD has, turned round.  Secrets are '****' on both sides.\n"
	"That NEW is no whole text, which weipsec-apply refuses, is said on standard error.\n"
	"\n"
	"Exit status: 0 no difference, 1 some, 2 one of them could not be read, or has\n"
	"errors, which are told on standard error, or the output could not be written,\n"
	"64 wrong usage.\n",
    .options = options,
    .run = run,
};

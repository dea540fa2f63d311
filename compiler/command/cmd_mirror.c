/* SPDX-License-Identifier: ISC */
/* `mirror': a file in, what its other end is to have out. */
#include "compiler/command/commands.h"

#include "backends/swanctl.h"
#include "compiler/base/files.h"
#include "compiler/command/cli_value.h"
#include "compiler/command/complaint.h"
#include "compiler/command/outputs.h"
#include "compiler/command/publish.h"
#include "compiler/compilation/artefact.h"
#include "compiler/rewrite/mirror.h"
#include "compiler/yang/yang.h"

#include <errno.h>
#include <string.h>

enum { TO, OUTPUT };

static const struct cli_option options[] = {
    [TO] = {"to", 0, "weos|swanctl|libreswan", "what the other end is (weos)"},
    [OUTPUT] = {NULL, 'o', "FILE", "where to (standard output)"},
    {0},
};

struct mirroring {
	const struct cli_command *command;
	const struct mirror_language *to;
	const char *input;
	const char *output;
	int32_t id; /* or MIRROR_ALL */
};

static bool set_language(struct mirroring *mirroring, const char *value)
{
	const char *words[4] = {NULL};
	int choice;

	for (int i = 0; mirror_languages[i].name; i++)
		words[i] = mirror_languages[i].name;
	choice = cli_choice(mirroring->command, "--to", value, words);
	if (choice >= 0)
		mirroring->to = &mirror_languages[choice];
	return choice >= 0;
}

/* ---- what cannot be done ---- */

/* Which tunnels are meant is clear, and they are there. */
static int check_choice(const struct mirroring *mirroring, const struct model *model)
{
	bool is_there = mirroring->id == MIRROR_ALL ? model->count > 0
						    : model_tunnel(model, mirroring->id) != NULL;

	if (!is_there && mirroring->id == MIRROR_ALL)
		cli_complain("%s: there is no tunnel", mirroring->input);
	else if (!is_there)
		cli_complain("%s: there is no 'ipsec %d'", mirroring->input, (int)mirroring->id);
	if (!is_there)
		return EXIT_FINDINGS;
	if (mirroring->id == MIRROR_ALL && !mirror_is_one(model))
		return cli_misuse(mirroring->command,
				  "%s: the tunnels have several peers, or any: say the ID of one",
				  mirroring->input);
	return EXIT_OK;
}

/* The tunnel of END can be, and its other end be said. */
static bool is_possible(const struct mirroring *mirroring, const struct mirror *mirror,
			const struct mirror_end *end, const struct compilation *compilation,
			struct backend_refusal *refusal)
{
	if (!end->from->enabled && !mirroring->to->has_dormant)
		return true;
	if (end->from->enabled &&
	    !swanctl_supports_identities(compilation->model, end->from, refusal))
		return false;
	return mirroring->to->supports(mirror, end, compilation->secrets, refusal);
}

/* WI613 for each end that cannot. */
static void check_ends(const struct mirroring *mirroring, const struct mirror *mirror,
		       struct compilation *compilation)
{
	for (size_t i = 0; i < mirror->model.count; i++) {
		const struct mirror_end *end = &mirror->ends[i];
		struct backend_refusal refusal = {.at = end->from->header};

		if (!is_possible(mirroring, mirror, end, compilation, &refusal))
			artefact_refuse_as(compilation, end->from, &refusal);
	}
}

/* ---- writing ---- */

/* What is left to a person is said here, too, since the output may go to a file. */
static void tell_notes(const struct mirroring *mirroring, const struct mirror *mirror)
{
	for (size_t i = 0; i < mirror->model.count; i++) {
		const struct mirror_end *end = &mirror->ends[i];

		for (int setting = 0; setting < SETTING_COUNT; setting++) {
			if (end->notes[setting])
				cli_complain("%s: ipsec %d: %s: %s", mirroring->input,
					     (int)end->from->id, setting_table[setting].word,
					     end->notes[setting]);
		}
	}
}

static int write_mirror(const struct mirroring *mirroring, const struct mirror *mirror,
			const struct compilation *compilation)
{
	struct output output;
	int status;

	output_init(&output);
	mirroring->to->write(mirror, compilation->secrets, &output);
	if (output.failed || arena_failed(compilation->secrets)) {
		status = cli_written(EXIT_OK, mirroring->input, ENOMEM);
	} else {
		tell_notes(mirroring, mirror);
		status = publish_output(&output, mirroring->output);
	}
	output_free(&output);
	return status;
}

static int mirror_model(const struct mirroring *mirroring, struct compilation *compilation)
{
	struct mirror mirror;

	if (!mirror_make(&mirror, compilation->model, mirroring->id, compilation->arena))
		return cli_written(EXIT_OK, mirroring->input, ENOMEM);
	mirror.is_document = compilation->agent != NULL;
	check_ends(mirroring, &mirror, compilation);
	if (complaint_write(mirroring->input, compilation) != EXIT_OK)
		return EXIT_FAILED;
	return compilation_is_refused(compilation) ? EXIT_FINDINGS
						   : write_mirror(mirroring, &mirror, compilation);
}

static int mirror_compiled(const struct mirroring *mirroring, struct compilation *compilation)
{
	int status;

	if (compilation_is_refused(compilation)) {
		int told = complaint_write(mirroring->input, compilation);

		return told == EXIT_OK ? EXIT_FINDINGS : told;
	}
	status = check_choice(mirroring, compilation->model);
	return status ? status : mirror_model(mirroring, compilation);
}

static int mirror_file(const struct mirroring *mirroring)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = files_read(mirroring->input);
	struct compilation *compilation;
	int status;

	if (!text)
		return cli_written(EXIT_OK, mirroring->input, errno);
	compilation = artefact_read(text, &surroundings, agent_yang_read);
	if (!compilation)
		return cli_written(EXIT_OK, mirroring->input, ENOMEM);
	status = mirror_compiled(mirroring, compilation);
	compilation_free(compilation);
	return status;
}

static int check_use(struct mirroring *mirroring, int count, char **words)
{
	const struct cli_command *command = mirroring->command;
	struct outputs outputs = {.count = 0};

	if (count == 0)
		return cli_misuse(command, "no file to mirror");
	if (count > 2)
		return cli_misuse(command, "one file and one ID: '%s' is too much", words[2]);
	mirroring->input = words[0];
	if (count == 2 && !cli_id(command, words[1], &mirroring->id))
		return EXIT_MISUSE;
	outputs_add(&outputs, "-o", mirroring->output);
	outputs_spare(&outputs, mirroring->input);
	return outputs_check(&outputs, command);
}

static int mirror_run(const struct cli_command *command, int argc, char **argv)
{
	struct mirroring mirroring = {
	    .command = command, .to = mirror_languages, .output = "-", .id = MIRROR_ALL};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	while ((option = cli_next(&cli)) >= 0) {
		if (option == OUTPUT)
			mirroring.output = cli.value;
		else if (!set_language(&mirroring, cli.value))
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	status = check_use(&mirroring, argc - cli.operand, argv + cli.operand);
	return status ? status : mirror_file(&mirroring);
}

const struct cli_command cli_mirror = {
    .name = "mirror",
    .operands = "FILE [ID]",
    .line = "Writes what the other end of a tunnel is to have",
    .more =
	"FILE is CLI text of WeOS or agent configuration; '-' is standard input.  Role,\n"
	"addresses, identities and subnets are turned round; suites, secret and version are the\n"
	"same. Without ID all tunnels are written, which must have one peer.  With an error in\n"
	"FILE nothing is.\n"
	"\n"
	"weos is a script to be pasted into WeOS 5; swanctl a swanctl.conf; libreswan a conn for\n"
	"ipsec.conf, with the line of ipsec.secrets as a comment.  What FILE does not tell, such\n"
	"as the address of an end that may be anywhere or the label of its certificate, is left\n"
	"out under a comment that says so, and said on standard error.  The output appears\n"
	"complete or not at all, readable by its owner only when it holds secrets.\n"
	"\n"
	"Exit status: 0 written, 1 there are errors in FILE, the other end cannot be said, or\n"
	"there is no tunnel ID, 2 a file could not be read or written, 64 wrong usage.\n",
    .options = options,
    .run = mirror_run,
};

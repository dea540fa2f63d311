/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/base/files.h"
#include "compiler/base/json.h"
#include "compiler/command/cli_project.h"
#include "compiler/command/cli_report.h"
#include "compiler/command/cli_value.h"
#include "compiler/compare/judge.h"
#include "compiler/compilation/artefact.h"
#include "compiler/finding/silence.h"
#include "compiler/finding/tunnel_ids.h"
#include "compiler/pki/pki.h"
#include "compiler/yang/yang.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TUNNEL = CLI_REPORT_COUNT, AS, PKI_A, PKI_B, DIALECT_A, DIALECT_B, NO_PROJECT };

static const struct cli_option options[] = {
    CLI_REPORT_OPTIONS("it is"),
    [TUNNEL] = {"tunnel", 0, "ID[:ID]", "only this tunnel of A, or these two as the ends of one"},
    [AS] = {"as", 0, "weos|weipsec", "what automatic suites mean (weos, see below)"},
    [PKI_A] = {"pki-a", 0, "DIR", "the certificates and keys of A"},
    [PKI_B] = {"pki-b", 0, "DIR", "the certificates and keys of B"},
    [DIALECT_A] = {"dialect-a", 0, CLI_DIALECTS, "the language of A (auto)"},
    [DIALECT_B] = {"dialect-b", 0, CLI_DIALECTS, "the language of B (auto)"},
    [NO_PROJECT] = CLI_NO_PROJECT,
    {0},
};

static const char *const as_words[] = {
    [AUTOMATIC_WEOS] = "weos", [AUTOMATIC_WEIPSEC] = "weipsec", NULL};

/* What one file is, and all that is known beside it. */
struct pair_file {
	const char *path;
	const char *pki_path;
	struct surroundings surroundings;
	struct pki *pki;		 /* of --pki-a or --pki-b, or NULL */
	struct project_outcome *outcome;
	char *name;			 /* from its project file's folder, or NULL */
	struct compilation *compilation; /* NULL: it could not be read */
	int error;			 /* errno then */
	struct tunnel_ids errors;	 /* that have one, since each of them is asked for */
};

struct pairing {
	const struct cli_command *command;
	struct cli_report asked;
	struct project_asked project;
	struct projects *projects;
	enum automatic automatic;
	struct pair_choice choice;
	struct pair_file files[SIDES];
	struct pairs pairs;
	struct proposal_lists lists;
	struct arena *arena;
};

/* ---- options ---- */

static bool set_tunnel(struct pairing *pairing, const char *value)
{
	struct slice first = {value, strlen(value)}, second = {0};
	bool both = slice_split((struct slice){value, strlen(value)}, ':', &first, &second);

	pairing->choice = (struct pair_choice){{PAIR_ANY, PAIR_ANY}};
	if (cli_id_read(first, &pairing->choice.id[SIDE_A]) &&
	    (!both || cli_id_read(second, &pairing->choice.id[SIDE_B])))
		return true;
	cli_misuse(pairing->command,
		   "--tunnel is an ID from 0 to 65535, or two with ':' between them");
	return false;
}

static bool set_option(struct pairing *pairing, int option, const char *value)
{
	struct pair_file *a = &pairing->files[SIDE_A], *b = &pairing->files[SIDE_B];
	int choice;

	if (option < CLI_REPORT_COUNT)
		return cli_report_option(&pairing->asked, option, value);
	switch (option) {
	case TUNNEL:
		return set_tunnel(pairing, value);
	case AS:
		choice = cli_choice(pairing->command, "--as", value, as_words);
		pairing->automatic = choice < 0 ? AUTOMATIC_WEOS : (enum automatic)choice;
		return choice >= 0;
	case PKI_A:
		a->pki_path = value;
		return true;
	case PKI_B:
		b->pki_path = value;
		return true;
	case DIALECT_A:
		return cli_dialect(pairing->command, "--dialect-a", value,
				   &a->surroundings.dialect);
	case NO_PROJECT:
		pairing->project.has_no_project = true;
		return true;
	default:
		return cli_dialect(pairing->command, "--dialect-b", value,
				   &b->surroundings.dialect);
	}
}

/* ---- the files ---- */

/* A document that is none has no model: what is wrong with it is a line of its own. */
static bool has_model(const struct pair_file *file)
{
	return file->compilation && file->compilation->model;
}

static void read_file(struct pair_file *file)
{
	struct text *text = files_read(file->path);

	if (!text) {
		file->error = errno;
		return;
	}
	file->compilation = agent_is_document(text) ? compilation_new_agent(text, agent_yang_read)
						    : compilation_new(text, &file->surroundings);
	if (!file->compilation)
		file->error = ENOMEM;
	else if (has_model(file))
		artefact_check_ends(file->compilation);
}

/* What of `check' is of use here: the errors, which keep a tunnel from being judged. */
static void keep_errors(struct compilation *compilation)
{
	struct findings *findings = &compilation->findings;

	findings_drop_below(findings, SEVERITY_ERROR);
	if (findings->silence)
		findings->silence->done = false;
}

static bool has_error(const void *context, enum side side, const struct tunnel *tunnel)
{
	const struct pairing *pairing = context;

	return tunnel_ids_have(&pairing->files[side].errors, tunnel->id);
}

/* ---- the judgement ---- */

static bool begin_gateway(struct pairing *pairing, enum side side)
{
	struct pair_file *file = &pairing->files[side];
	struct gateway *gateway = &pairing->pairs.gateway[side];

	if (!gateway_init(gateway, file->compilation->model, pairing->arena, &pairing->lists))
		return false;
	gateway->is_document = file->compilation->agent != NULL;
	gateway->automatic = gateway->is_document ? AUTOMATIC_WEIPSEC : pairing->automatic;
	gateway->pki = file->surroundings.pki;
	pairing->pairs.path[side] = file->path;
	return true;
}

static bool judge(struct pairing *pairing)
{
	struct judge judge = {.pairs = &pairing->pairs};

	for (int side = 0; side < SIDES; side++) {
		struct compilation *compilation = pairing->files[side].compilation;

		if (!begin_gateway(pairing, (enum side)side))
			return false;
		keep_errors(compilation);
		tunnel_ids_add_errors(&pairing->files[side].errors, &compilation->findings);
		judge.findings[side] = &compilation->findings;
	}
	if (!pairs_judge(&pairing->pairs, &pairing->choice, has_error, pairing))
		return false;
	judge_run(&judge);
	for (int side = 0; side < SIDES; side++) {
		if (arena_failed(judge.findings[side]->arena))
			return false;
	}
	return !arena_failed(pairing->arena);
}

static bool write_json(void *context, FILE *out)
{
	const struct pairs *pairs = context;

	fputs("\"tunnels\": [", out);
	for (size_t i = 0; i < pairs->count; i++) {
		json_t *json = pair_json(&pairs->list[i]);

		fputs(i ? ",\n" : "\n", out);
		if (!json_write(out, json))
			return false;
	}
	fputs("\n]", out);
	return true;
}

static void write_text(const void *context, bool colour, FILE *out)
{
	pairs_print(context, colour, out);
}

static int report_pairs(struct pairing *pairing, int status)
{
	const struct report_account account = {&pairing->pairs, write_text, NULL, write_json};
	struct report report;
	int error;

	pairing->asked.settings.account = &account;
	cli_report_ready(&pairing->asked, stdout);
	report_begin(&report, &pairing->asked.settings, stdout);
	for (int side = 0; side < SIDES; side++) {
		struct pair_file *file = &pairing->files[side];
		struct report_file written = {
		    .path = file->path, .name = file->name, .policy = &file->outcome->policy};
		size_t before = report.hushed;

		if (file->compilation) {
			written.findings = &file->compilation->findings;
			written.model = file->compilation->model;
		} else {
			written.error = strerror(file->error);
		}
		report_file(&report, &written);
		if (file->outcome->project)
			file->outcome->project->hushed += report.hushed - before;
	}
	error = report_end(&report);
	if (status == EXIT_OK &&
	    (report.fails || pairs_fail(&pairing->pairs)))
		status = EXIT_FINDINGS;
	return cli_written(status, "cannot write the report", error);
}

/* The tunnels that were asked for are there. */
static int check_choice(const struct pairing *pairing)
{
	for (int side = 0; side < SIDES; side++) {
		const struct pair_file *file = &pairing->files[side];
		int32_t id = pairing->choice.id[side];

		if (id != PAIR_ANY && !model_tunnel(file->compilation->model, id)) {
			cli_complain("%s: there is no 'ipsec %d'", file->path, (int)id);
			return EXIT_FINDINGS;
		}
	}
	return EXIT_OK;
}

/* Of what could not be read, what is said on standard error. */
static int complain_of_files(struct pairing *pairing)
{
	const struct report_settings settings = {.writer = &report_writer_text,
						 .version = WEIPSEC_VERSION};
	int status = EXIT_OK;

	for (int side = 0; side < SIDES; side++) {
		struct pair_file *file = &pairing->files[side];

		if (!file->compilation) {
			cli_complain("%s: %s", file->path, strerror(file->error));
			status = EXIT_FAILED;
		} else if (!has_model(file)) {
			artefact_report(file->compilation, file->path, &settings, stderr);
			status = status == EXIT_OK ? EXIT_FINDINGS : status;
		}
	}
	return status;
}

static int judge_files(struct pairing *pairing)
{
	int status = complain_of_files(pairing);
	bool are_whole = has_model(&pairing->files[SIDE_A]) && has_model(&pairing->files[SIDE_B]);

	if (are_whole)
		status = check_choice(pairing);
	if (are_whole && status != EXIT_OK)
		return status;
	if (are_whole && !judge(pairing))
		return cli_written(status, "cannot judge the pair", ENOMEM);
	/* other files may have been meant */
	if (are_whole && pairing->pairs.count == 0)
		cli_complain("%s and %s: there is no tunnel", pairing->files[SIDE_A].path,
			     pairing->files[SIDE_B].path);
	return report_pairs(pairing, status);
}

/* What the command line does not say of FILE its project file may. */
static bool find_outcome(struct pairing *pairing, struct pair_file *file)
{
	const struct surroundings *found;

	file->outcome = projects_find(pairing->projects, file->path, &file->name);
	if (!file->outcome)
		return false;
	found = &file->outcome->surroundings;
	file->surroundings.pki = file->pki ? file->pki : found->pki;
	if (file->surroundings.dialect < 0)
		file->surroundings.dialect = found->dialect;
	return true;
}

static int find_outcomes(struct pairing *pairing)
{
	cli_project_ask(&pairing->project, &pairing->asked);
	pairing->projects = projects_new(&pairing->project);
	if (!pairing->projects)
		return cli_written(EXIT_OK, "cannot judge the pair", ENOMEM);
	for (int side = 0; side < SIDES; side++) {
		if (!find_outcome(pairing, &pairing->files[side]))
			return cli_projects_complain(pairing->projects, EXIT_FAILED);
	}
	return EXIT_OK;
}

static int judge_in_projects(struct pairing *pairing)
{
	int status = find_outcomes(pairing);

	for (int side = 0; side < SIDES && status == EXIT_OK; side++)
		read_file(&pairing->files[side]);
	if (status == EXIT_OK) {
		status = judge_files(pairing);
		cli_projects_tell(pairing->projects, false);
	}
	return status;
}

static int pair_files(struct pairing *pairing)
{
	int status = EXIT_OK;
	bool is_used;

	pairing->arena = arena_new();
	if (!pairing->arena)
		return cli_written(status, "cannot judge the pair", ENOMEM);
	for (int side = 0; side < SIDES && status == EXIT_OK; side++)
		status = cli_open_pki(pairing->command, pairing->files[side].pki_path,
				      &pairing->files[side].pki);
	if (status == EXIT_OK)
		status = cli_report_open_baseline(&pairing->asked);
	is_used = status == EXIT_OK;
	if (is_used)
		status = judge_in_projects(pairing);
	cli_report_close_baseline(&pairing->asked, is_used);
	for (int side = 0; side < SIDES; side++) {
		if (cli_judge_pki(pairing->files[side].pki, pairing->files[side].pki_path) !=
		    EXIT_OK)
			status = EXIT_FAILED;
		compilation_free(pairing->files[side].compilation);
		pki_free(pairing->files[side].pki);
		free(pairing->files[side].name);
	}
	projects_free(pairing->projects);
	arena_free(pairing->arena);
	return status;
}

static int pair_run(const struct cli_command *command, int argc, char **argv)
{
	struct pairing pairing = {.command = command, .choice = {{PAIR_ANY, PAIR_ANY}}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option;

	cli_report_init(&pairing.asked, command);
	project_words_init(&pairing.project.words);
	pairing.project.surroundings.dialect = -1;
	for (int side = 0; side < SIDES; side++)
		pairing.files[side].surroundings =
		    (struct surroundings){.dialect = -1, .is_compared = true};
	while ((option = cli_next(&cli)) >= 0) {
		if (!set_option(&pairing, option, cli.value))
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (argc - cli.operand != SIDES)
		return cli_misuse(command, "two files make a pair");
	for (int side = 0; side < SIDES; side++)
		pairing.files[side].path = argv[cli.operand + side];
	if (strcmp(argv[cli.operand], "-") == 0 && strcmp(argv[cli.operand + 1], "-") == 0)
		return cli_misuse(command, "standard input is one file, not both");
	return pair_files(&pairing);
}

const struct cli_command cli_pair = {
    .name = "pair",
    .operands = "A B",
    .line = "Says whether the tunnels of two gateways come up and stay up",
    .more = "A and B are what the two gateways have: CLI text of WeOS or agent configuration; one\n"
	    "of them may be '-', standard input.  For each tunnel and its counterpart the\n"
	    "exchanges are told in their order, with what two charons would agree on or why not,\n"
	    "and the findings, WI1001 to WI1017, show the lines of both files and what to type in\n"
	    "which.  Nothing is sent anywhere.\n"
	    "\n"
	    "Which tunnel answers which is found by addresses, identities and subnets; --tunnel\n"
	    "says it. The errors of 'check' are printed too: a tunnel that has one is not\n"
	    "judged.  Comments that silence a rule count at each place that a finding names, in\n"
	    "either file.\n"
	    "\n"
	    "--as weos takes an automatic suite for the default of WeOS's own daemon, --as\n"
	    "weipsec for what 'compile' writes for it; agent configuration always is the latter.\n"
	    "\n"
	    "Exit status: 0 all come up and stay up (or could: traffic starts them, or it cannot\n"
	    "be told), 1 one does not or has no counterpart, or there is a finding at or above\n"
	    "--fail-on, 2 a file or DIR could not be read or the report not written, 64 wrong\n"
	    "usage.\n",
    .options = options,
    .run = pair_run,
};

/* SPDX-License-Identifier: ISC */
#include "compiler/cli.h"
#include "compiler/files.h"
#include "compiler/printable.h"
#include "compiler/report.h"
#include "compiler/source.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FORMAT, FAIL_ON, AS_WARNING, AS_ERROR, SILENT, DIALECT, LIST_FILES };

static const struct cli_option options[] = {
    [FORMAT] = {"format", 0, "text|gcc|json", "how findings are written (text)"},
    [FAIL_ON] = {"fail-on", 0, "error|warning|note|never", "what makes the exit status 1 (error)"},
    [AS_WARNING] = {NULL, 'W', "RULE", "report RULE, an ID or a name, as a warning"},
    [AS_ERROR] = {NULL, 'E', "RULE", "report RULE as an error"},
    [SILENT] = {"no", 0, "RULE", "do not report RULE"},
    [DIALECT] = {"dialect", 0, "auto|weos4|weos5", "the language of the files (auto)"},
    [LIST_FILES] = {"list-files", 0, NULL, "print what would be checked, and stop"},
    {0},
};

static const char *const format_words[] = {
    [REPORT_TEXT] = "text", [REPORT_GCC] = "gcc", [REPORT_JSON] = "json", NULL};
static const char *const fail_on_words[] = {[SEVERITY_NOTE] = "note",
					    [SEVERITY_WARNING] = "warning",
					    [SEVERITY_ERROR] = "error",
					    "never",
					    NULL};
static const char *const dialect_words[] = {
    [DIALECT_WEOS5] = "weos5", [DIALECT_WEOS4] = "weos4", "auto", NULL};

struct checking {
	const struct cli_command *command;
	struct report_settings settings;
	struct report report;
	int fail_on; /* enum severity, or one more for never */
	int dialect;
	bool list_files;
	size_t visited;
	int status;
};

/* ---- options ---- */

/* The last of -W, -E and --no of a rule wins. */
static bool set_override(struct checking *checking, const char *word, enum report_override override)
{
	struct cli_guess guess = {.word = word};
	int rule = rule_find(word);

	if (rule >= 0) {
		checking->settings.overrides[rule] = override;
		return true;
	}
	for (rule = 0; rule < RULE_COUNT; rule++)
		cli_guess(&guess, rule_table[rule].name);
	if (guess.best)
		cli_misuse(checking->command, "unknown rule '%s', did you mean '%s'?", word,
			   guess.best);
	else
		cli_misuse(checking->command, "unknown rule '%s'", word);
	return false;
}

static bool set_option(struct checking *checking, int option, const char *value)
{
	const struct cli_command *command = checking->command;
	int choice;

	switch (option) {
	case FORMAT:
		choice = cli_choice(command, "--format", value, format_words);
		checking->settings.format = choice < 0 ? REPORT_TEXT : (enum report_format)choice;
		return choice >= 0;
	case FAIL_ON:
		checking->fail_on = cli_choice(command, "--fail-on", value, fail_on_words);
		return checking->fail_on >= 0;
	case AS_WARNING:
		return set_override(checking, value, REPORT_AS_WARNING);
	case AS_ERROR:
		return set_override(checking, value, REPORT_AS_ERROR);
	case SILENT:
		return set_override(checking, value, REPORT_SILENT);
	case DIALECT:
		choice = cli_choice(command, "--dialect", value, dialect_words);
		checking->dialect = choice > DIALECT_WEOS4 ? -1 : choice;
		return choice >= 0;
	default:
		checking->list_files = true;
		return true;
	}
}

/* One line on standard error names the rules that -W and --no do nothing to. */
static void tell_refused(const struct report_settings *settings)
{
	char ids[RULE_COUNT * sizeof("WI101, ")];
	size_t length = 0;

	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (report_override_is_refused((enum rule)rule, settings->overrides[rule]))
			length += (size_t)snprintf(ids + length, sizeof(ids) - length, "%s%s",
						   length ? ", " : "", rule_table[rule].id);
	}
	if (length)
		cli_complain("errors of %s cannot be silenced or lowered", ids);
}

/* ---- files ---- */

static void fail_file(struct checking *checking, const char *path, int error)
{
	struct report_file file = {.path = path, .error = strerror(error)};

	checking->status = STATUS_FAILED;
	cli_complain("%s: %s", path, file.error);
	if (!checking->list_files)
		report_file(&checking->report, &file);
}

static void check_file(struct checking *checking, const char *path, bool found)
{
	struct report_file file = {.path = path};
	struct source source;

	source_open(&source, path, checking->dialect, found);
	if (source.error) {
		fail_file(checking, path, source.error);
	} else {
		file.skipped = source.is_json ? "a JSON document" : NULL;
		file.findings = source.findings;
		file.model = source.model;
		report_file(&checking->report, &file);
	}
	source_close(&source);
}

/* Names are for other programs: as they are, but on a terminal. */
static void list_file(const char *path)
{
	if (isatty(STDOUT_FILENO))
		printable_puts(stdout, path);
	else
		fputs(path, stdout);
	putchar('\n');
}

static void visit(void *context, const char *path, bool found, int error)
{
	struct checking *checking = context;

	checking->visited++;
	if (error)
		fail_file(checking, path, error);
	else if (checking->list_files)
		list_file(path);
	else
		check_file(checking, path, found);
}

static void walk_operands(struct checking *checking, int count, char **operands)
{
	for (int i = 0; i < count; i++) {
		checking->visited = 0;
		files_walk(operands[i], visit, checking);
		if (!checking->visited)
			cli_complain("%s: no *.cfg or *.weos in this folder", operands[i]);
	}
}

static int check_files(struct checking *checking, int count, char **operands)
{
	int error;

	checking->settings.colour =
	    checking->settings.format == REPORT_TEXT && report_wants_colour(STDOUT_FILENO);
	checking->settings.version = WEIPSEC_VERSION;
	checking->settings.obeys_comments = true;
	tell_refused(&checking->settings);
	report_begin(&checking->report, &checking->settings, stdout);
	walk_operands(checking, count, operands);
	error = report_end(&checking->report);
	if (checking->status == STATUS_OK && checking->fail_on <= SEVERITY_ERROR &&
	    report_reaches(&checking->report, (enum severity)checking->fail_on))
		checking->status = STATUS_FINDINGS;
	return cli_written(checking->status, "cannot write the report", error);
}

static int run(const struct cli_command *command, int argc, char **argv)
{
	struct checking checking = {
	    .command = command, .fail_on = SEVERITY_ERROR, .dialect = -1, .status = STATUS_OK};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option;

	while ((option = cli_next(&cli)) >= 0) {
		if (!set_option(&checking, option, cli.value))
			return STATUS_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(STATUS_OK);
	if (option == CLI_WRONG)
		return STATUS_MISUSE;
	if (cli.operand == argc)
		return cli_misuse(command, "no file to check");
	if (!checking.list_files)
		return check_files(&checking, argc - cli.operand, argv + cli.operand);
	walk_operands(&checking, argc - cli.operand, argv + cli.operand);
	return cli_flush(checking.status);
}

const struct cli_command cli_check = {
    .name = "check",
    .operands = "FILE...",
    .line = "Finds what is wrong in the IPsec part of WeOS configuration",
    .more =
	"FILE '-' is standard input.  Of a folder every *.cfg and *.weos in it and below it is\n"
	"checked, but for dot-files and symbolic links.  The last of -W, -E and --no of a rule\n"
	"wins; errors of WI1xx to WI3xx and WI401 to WI404 cannot be silenced or lowered.\n"
	"\n"
	"In a file, '# weipsec: ignore RULE -- reason' at the end of a line, or alone on the line\n"
	"before it, silences RULE there, 'ignore-file' in the whole file.\n"
	"\n"
	"Exit status: 0 nothing at or above --fail-on, 1 something, 2 a file could not be read or\n"
	"the report not written, 64 wrong usage.\n",
    .options = options,
    .run = run,
};

/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/base/printable.h"
#include "compiler/command/cli_project.h"
#include "compiler/command/cli_value.h"
#include "compiler/command/operands.h"
#include "compiler/command/patch.h"
#include "compiler/compilation/source.h"
#include "compiler/report/report.h"
#include "compiler/rewrite/fix.h"
#include "compiler/rewrite/format.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CHECK, DIFF, WRITE, INDENT, NO_PROJECT };

static const struct cli_option options[] = {
    [CHECK] = {"check", 0, NULL, "print the names of the files that would change"},
    [DIFF] = {"diff", 0, NULL, "print what would change, as a patch"},
    [WRITE] = {"write", 0, NULL, "edit the files"},
    [INDENT] = {"indent", 0, "N", "blanks a level, 1 to 16 (8)"},
    [NO_PROJECT] = CLI_NO_PROJECT,
    {0},
};

#define INDENT_MOST 16

struct formatting_run {
	const struct cli_command *command;
	bool does[3]; /* CHECK, DIFF, WRITE */
	unsigned indent; /* 0: nobody said */
	bool has_no_project;
	struct projects *projects;
	struct patch patch;
	int status;
};

static void fail(struct formatting_run *run, const char *path, int status, const char *why)
{
	if (status > run->status)
		run->status = status;
	cli_complain("%s: not formatted: %s", path, why);
}

/* The findings for which PATH is left alone, on standard error. */
static void report_refusal(struct formatting_run *run, const char *path, struct findings *findings)
{
	struct report_settings settings = {.writer = &report_writer_text};
	struct report_file file = {.path = path};
	struct findings told;
	struct report report;

	findings_init(&told, findings->arena, findings->text);
	for (struct finding *at = findings->first, *next; at; at = next) {
		next = at->next;
		if (!format_is_refused_by(at))
			continue;
		at->next = NULL;
		*told.last = at;
		told.last = &at->next;
		told.kept++;
		told.count[at->rule]++;
		told.severities[at->severity]++;
	}
	file.findings = &told;
	report_begin(&report, &settings, stderr);
	report_file(&report, &file);
	report_end(&report);
	if (run->status < EXIT_FINDINGS)
		run->status = EXIT_FINDINGS;
}

/* ---- a file ---- */

static void write_file(struct formatting_run *run, const char *path, const struct text *before,
		       const struct text *after)
{
	const char *why = "of a session only a copy can be formatted: print it to another file";

	if (!format_is_of_session(before)) {
		why = fix_save(path, before, after);
		if (why)
			fail(run, path, EXIT_FAILED, why);
		return;
	}
	fail(run, path, EXIT_FINDINGS, why);
}

static void print_patch(struct formatting_run *run, const char *path, struct text *before,
			struct text *after)
{
	const char *why = patch_write(&run->patch, stdout, path, false, before, after);

	if (why)
		fail(run, path, EXIT_FAILED, why);
}

/* What is done with a text that is formatted as AFTER. */
static void use(struct formatting_run *run, const char *path, struct text *before,
		struct text *after)
{
	bool same =
	    before->size == after->size && memcmp(before->bytes, after->bytes, after->size) == 0;

	if (!run->does[CHECK] && !run->does[DIFF] && !run->does[WRITE]) {
		fwrite(after->bytes, 1, after->size, stdout);
	} else if (same) {
		return;
	} else if (run->does[CHECK]) {
		printable_puts(stdout, path);
		putchar('\n');
		if (run->status < EXIT_FINDINGS)
			run->status = EXIT_FINDINGS;
	} else if (run->does[DIFF]) {
		print_patch(run, path, before, after);
	} else {
		write_file(run, path, before, after);
	}
}

/* The blanks a level of PATH, which its project file may say. */
static unsigned indent_of(struct formatting_run *run, const char *path)
{
	const struct project *project =
	    run->indent || strcmp(path, "-") == 0 ? NULL : projects_look(run->projects, path);

	if (run->indent)
		return run->indent;
	return project && project->indent ? project->indent : FORMAT_INDENT;
}

static void format_source(struct formatting_run *run, const char *path,
			  struct compilation *original, const struct surroundings *surroundings)
{
	struct text *after = NULL;

	switch (format_run(original, surroundings, indent_of(run, path), &after)) {
	case FORMAT_DONE:
		use(run, path, original->text, after);
		break;
	case FORMAT_REFUSED:
		report_refusal(run, path, &original->findings);
		break;
	case FORMAT_CHANGES:
		fail(run, path, EXIT_FINDINGS, format_changes_why);
		break;
	case FORMAT_MEMORY:
		fail(run, path, EXIT_FAILED, strerror(ENOMEM));
		break;
	}
	text_free(after);
}

static void format_operand(struct formatting_run *run, struct operand *operand)
{
	const struct surroundings surroundings = {.dialect = -1, .is_found = operand->found};
	struct source source;

	run->status = operand_complain(operand, run->status);
	if (operand->error || operand->is_empty)
		return;
	source_open(&source, operand->path, operand->path, &surroundings, NULL);
	if (source.error) {
		cli_complain("%s: %s", operand->path, strerror(source.error));
		run->status = EXIT_FAILED;
	} else if (source.compilation) {
		operand->is_checked = true;
		format_source(run, operand->path, source.compilation, &surroundings);
	}
	source_close(&source);
}

/* ---- the command ---- */

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int check_use(const struct formatting_run *run, int count, char **words)
{
	int modes = run->does[CHECK] + run->does[DIFF] + run->does[WRITE];

	if (modes > 1)
		return cli_misuse(run->command, "one of --check, --diff and --write");
	if (!modes && (count > 1 || is_folder(words[0])))
		return cli_misuse(
		    run->command,
		    "several files, or a folder, with --check, --diff or --write only");
	for (int i = 0; run->does[WRITE] && i < count; i++) {
		if (strcmp(words[i], "-") == 0)
			return cli_misuse(run->command, "standard input cannot be written");
	}
	return EXIT_OK;
}

static int format_operands(struct formatting_run *run, int count, char **words)
{
	struct operands operands = {.projects = run->projects};
	int status = EXIT_OK;

	if (!operands_collect(&operands, count, words)) {
		if (operands.has_failed)
			cli_complain("%s", strerror(ENOMEM));
		status = EXIT_FAILED;
	}
	for (size_t i = 0; i < operands.count; i++)
		projects_look(run->projects, operands.list[i].path);
	status = cli_projects_complain(run->projects, status);
	if (status != EXIT_OK) {
		operands_free(&operands);
		return status;
	}
	for (size_t i = 0; i < operands.count && !ferror(stdout); i++)
		format_operand(run, &operands.list[i]);
	patch_free(&run->patch);
	operands_free(&operands);
	return cli_flush(run->status);
}

static int format_in_projects(struct formatting_run *run, int count, char **words)
{
	struct project_asked asked = {.has_no_project = run->has_no_project};
	int status;

	project_words_init(&asked.words);
	run->projects = projects_new(&asked);
	if (!run->projects)
		return cli_written(EXIT_OK, "cannot format", ENOMEM);
	status = format_operands(run, count, words);
	projects_free(run->projects);
	return status;
}

static int run(const struct cli_command *command, int argc, char **argv)
{
	struct formatting_run run = {.command = command};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option;

	while ((option = cli_next(&cli)) >= 0) {
		if (option < INDENT)
			run.does[option] = true;
		else if (option == NO_PROJECT)
			run.has_no_project = true;
		if (option != INDENT)
			continue;
		run.indent = (unsigned)cli_number(command, "--indent", cli.value, 1, INDENT_MOST);
		if (!run.indent)
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand == argc)
		return cli_misuse(command, "no file to format");
	if (check_use(&run, argc - cli.operand, argv + cli.operand) != EXIT_OK)
		return EXIT_MISUSE;
	return format_in_projects(&run, argc - cli.operand, argv + cli.operand);
}

const struct cli_command cli_fmt = {
    .name = "fmt",
    .operands = "FILE...",
    .line = "Prints a file in its canonical form",
    .more = "FILE '-' is standard input.  Contexts get their 'end', settings stand one a line, in\n"
	    "full and in the order of the guide, values in their one form; of two lines that set\n"
	    "the same the last one stays.  Comments stay with their lines, text of others as it\n"
	    "is, and the tunnels mean the same.  Of a pasted session what was typed or shown is\n"
	    "printed; --write leaves it alone.\n"
	    "\n"
	    "Several files, and folders, go with --check, --diff or --write.  A project file,\n"
	    "'.weipsec', may say --indent, and what of folders is taken.\n"
	    "\n"
	    "Exit status: 0 done, 1 a file would change (--check), or was left alone since it\n"
	    "cannot be read in full, 2 a file could not be read or written, 64 wrong usage.\n",
    .options = options,
    .run = run,
};

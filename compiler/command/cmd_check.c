/* SPDX-License-Identifier: ISC */
#include "compiler/base/cli.h"
#include "compiler/base/diff.h"
#include "compiler/base/files.h"
#include "compiler/base/printable.h"
#include "compiler/compilation/device_json.h"
#include "compiler/compilation/source.h"
#include "compiler/pki/pki.h"
#include "compiler/report/report.h"
#include "compiler/rewrite/fix.h"
#include "compiler/tables/profile.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FORMAT,
	FAIL_ON,
	AS_WARNING,
	AS_ERROR,
	SILENT,
	PROFILE_NAME,
	DIALECT,
	PKI,
	DEVICE,
	FIX,
	DIFF,
	LIST_FILES
};

static const struct cli_option options[] = {
    [FORMAT] = {"format", 0, "text|gcc|json|sarif|junit|github", "how findings are written (text)"},
    [FAIL_ON] = {"fail-on", 0, "error|warning|note|never",
		 "the least that makes the exit status 1 (error)"},
    [AS_WARNING] = {NULL, 'W', "RULE", "report RULE, an ID or a name, as a warning"},
    [AS_ERROR] = {NULL, 'E', "RULE", "report RULE as an error"},
    [SILENT] = {"no", 0, "RULE", "do not report RULE"},
    [PROFILE_NAME] = {"profile", 0, "rfc|nist|bsi|weos4", "also judge by a policy (WI801, WI802)"},
    [DIALECT] = {"dialect", 0, "auto|weos4|weos5", "the language of the files (auto)"},
    [PKI] = {"pki", 0, "DIR", "the certificates and keys of the device"},
    [DEVICE] = {"device", 0, "FILE.json", "a WeOS 5 backup of the device"},
    [FIX] = {"fix", 0, NULL, "edit the files: what there is a fix for"},
    [DIFF] = {"diff", 0, NULL, "print only what --fix would do, as a patch"},
    [LIST_FILES] = {"list-files", 0, NULL, "print what would be checked, and stop"},
    {0},
};

static const char *const format_words[] = {"text", "gcc", "json", "sarif", "junit", "github", NULL};
/* in the order of the words */
static const struct report_writer *const writers[] = {&report_writer_text,  &report_writer_gcc,
						      &report_writer_json,  &report_writer_sarif,
						      &report_writer_junit, &report_writer_github};
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
	int fail_on;	 /* enum severity, or one more for never */
	const char *pki; /* --pki */
	struct surroundings surroundings;
	const char *device; /* the file of --device, or NULL */
	bool list_files;
	bool fixes; /* in place */
	bool diffs;
	size_t visited;
	int status;
};

/* ---- options ---- */

/* The last of -W, -E and --no of a rule wins. */
static bool set_override(struct checking *checking, const char *word, enum report_override override)
{
	int rule = cli_rule(checking->command, word);

	if (rule >= 0)
		checking->settings.overrides[rule] = override;
	return rule >= 0;
}

static bool set_option(struct checking *checking, int option, const char *value)
{
	const struct cli_command *command = checking->command;
	int choice;

	switch (option) {
	case FORMAT:
		choice = cli_choice(command, "--format", value, format_words);
		if (choice >= 0)
			checking->settings.writer = writers[choice];
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
	case PROFILE_NAME:
		choice = cli_choice(command, "--profile", value, profile_names);
		checking->surroundings.profile = choice < 0 ? NULL : &profile_table[choice];
		return choice >= 0;
	case DIALECT:
		choice = cli_choice(command, "--dialect", value, dialect_words);
		checking->surroundings.dialect = choice > DIALECT_WEOS4 ? -1 : choice;
		return choice >= 0;
	case PKI:
		checking->pki = value;
		return true;
	case DEVICE:
		checking->device = value;
		return true;
	case FIX:
		checking->fixes = true;
		return true;
	case DIFF:
		checking->diffs = true;
		return true;
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

static void fail_fix(struct checking *checking, const char *path, const char *why)
{
	checking->status = STATUS_FAILED;
	cli_complain("%s: not fixed: %s", path, why);
}

/* PATH as a patch names it: relative to the current folder, behind symbolic links.  NULL if it is
 * not below that. */
static char *name_below(const char *path)
{
	char *real = strcmp(path, "-") == 0 ? strdup("-") : realpath(path, NULL);
	char *here = realpath(".", NULL);
	size_t length = here ? strlen(here) : 0;
	char *name = NULL;

	if (real && *real != '/')
		name = strdup(real);
	else if (real && length == 1) /* the root */
		name = strdup(real + 1);
	else if (real && here && strncmp(real, here, length) == 0 && real[length] == '/')
		name = strdup(real + length + 1);
	free(real);
	free(here);
	return name;
}

static void print_diff(struct checking *checking, const char *path, struct text *before,
		       struct text *after)
{
	char *name = name_below(path);

	if (!name)
		fail_fix(checking, path, "a patch names files below the current folder");
	else if (diff_write(stdout, name, before, after) != 0)
		fail_fix(checking, path, strerror(ENOMEM));
	free(name);
}

/* Fixes SOURCE as it was asked for.  The fixed text, if that is what the file has now, or NULL. */
static struct compilation *fix_file(struct checking *checking, const char *path,
				    struct source *source)
{
	const char *why;
	int error;
	struct compilation *fixed =
	    fix_run(source->compilation, &checking->surroundings, &checking->settings, &error);

	if (error)
		fail_fix(checking, path, strerror(error));
	if (!fixed)
		return NULL;
	if (checking->diffs) {
		print_diff(checking, path, source->compilation->text, fixed->text);
	} else {
		why = fix_save(path, source->compilation->text, fixed->text);
		if (!why)
			return fixed;
		fail_fix(checking, path, why);
	}
	compilation_free(fixed);
	return NULL;
}

static void check_file(struct checking *checking, const char *path, bool found)
{
	struct report_file file = {.path = path};
	struct compilation *fixed = NULL;
	struct source source;

	source_open(&source, path, &checking->surroundings, found, NULL);
	if (source.error) {
		fail_file(checking, path, source.error);
	} else {
		if (source.compilation && (checking->fixes || checking->diffs))
			fixed = fix_file(checking, path, &source);
		file.skipped = source.is_json ? "a JSON document" : NULL;
		file.findings = fixed ? &fixed->findings : source.findings;
		file.model = fixed ? fixed->model : source.model;
		report_file(&checking->report, &file);
	}
	compilation_free(fixed);
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
	FILE *out = checking->diffs ? stderr : stdout;
	int error;

	if (checking->diffs) /* a report is many small pieces */
		setvbuf(stderr, NULL, _IOLBF, 0);
	checking->settings.colour =
	    checking->settings.writer == &report_writer_text && report_wants_colour(fileno(out));
	checking->settings.version = WEIPSEC_VERSION;
	checking->settings.obeys_comments = true;
	tell_refused(&checking->settings);
	report_begin(&checking->report, &checking->settings, out);
	walk_operands(checking, count, operands);
	error = report_end(&checking->report);
	if (checking->status == STATUS_OK && checking->fail_on <= SEVERITY_ERROR &&
	    report_reaches(&checking->report, (enum severity)checking->fail_on))
		checking->status = STATUS_FINDINGS;
	checking->status = cli_written(checking->status, "cannot write the report", error);
	return checking->diffs ? cli_flush(checking->status) : checking->status;
}

/* What --fix and --diff cannot do. */
static int check_fixing(const struct checking *checking, int count, char **operands)
{
	if (checking->fixes && checking->diffs)
		return cli_misuse(checking->command, "--fix or --diff, not both");
	for (int i = 0; checking->fixes && i < count; i++) {
		if (strcmp(operands[i], "-") == 0)
			return cli_misuse(checking->command, "standard input cannot be fixed");
	}
	return STATUS_OK;
}

/* A device has one configuration, and standard input is read once. */
static int check_device_use(const struct checking *checking, int count, char **operands)
{
	struct stat status;

	if (!checking->device)
		return STATUS_OK;
	if (count > 1 || (stat(operands[0], &status) == 0 && S_ISDIR(status.st_mode)))
		return cli_misuse(checking->command,
				  "--device is for one FILE, that of the device");
	if (strcmp(checking->device, "-") == 0 && strcmp(operands[0], "-") == 0)
		return cli_misuse(checking->command,
				  "standard input is FILE or that of --device, not both");
	return STATUS_OK;
}

/* Reads the file of --device into DEVICE; false, complained of, if that cannot be done. */
static bool read_device(const struct checking *checking, struct arena *arena, struct device *device)
{
	struct text *text = files_read(checking->device);
	const char *error = text ? device_json_read(text, arena, device) : strerror(errno);

	if (error)
		cli_complain("%s: %s", checking->device, error);
	text_free(text);
	return !error;
}

/* Checks the operands with what is known of their device. */
static int check_on_device(struct checking *checking, int count, char **operands)
{
	struct arena *arena = arena_new();
	struct device device;
	int status = STATUS_FAILED;

	if (!arena) {
		cli_complain("%s: %s", checking->device, strerror(ENOMEM));
		return status;
	}
	if (read_device(checking, arena, &device)) {
		checking->surroundings.device = &device;
		status = check_files(checking, count, operands);
	}
	arena_free(arena);
	return status;
}

/* Without the folder that was named there is nothing to rely on in a report. */
static int check_in_pki(struct checking *checking, int count, char **operands)
{
	struct surroundings *surroundings = &checking->surroundings;
	int status = cli_open_pki(checking->command, checking->pki, &surroundings->pki);

	if (status == STATUS_OK)
		status = checking->device ? check_on_device(checking, count, operands)
					  : check_files(checking, count, operands);
	pki_free(surroundings->pki);
	return status;
}

/* Annotations where somebody reads them. */
static const struct report_writer *default_format(void)
{
	const char *actions = getenv("GITHUB_ACTIONS");

	return actions && strcmp(actions, "true") == 0 ? &report_writer_github
						       : &report_writer_text;
}

static int run(const struct cli_command *command, int argc, char **argv)
{
	struct checking checking = {.command = command,
				    .fail_on = SEVERITY_ERROR,
				    .surroundings = {.dialect = -1},
				    .status = STATUS_OK};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option;

	checking.settings.writer = default_format();
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
	argc -= cli.operand;
	argv += cli.operand;
	if (check_fixing(&checking, argc, argv) != STATUS_OK ||
	    check_device_use(&checking, argc, argv) != STATUS_OK)
		return STATUS_MISUSE;
	if (!checking.list_files)
		return check_in_pki(&checking, argc, argv);
	walk_operands(&checking, argc, argv);
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
	"Formats: text is for people, gcc for editors, json for programs and has all there is,\n"
	"sarif (2.1.0) for code scanning, junit (XML) for test reports.  github is annotations of\n"
	"GitHub Actions, and the format where GITHUB_ACTIONS=true and none was asked for.\n"
	"\n"
	"Profiles: rfc (RFC 8247, 8221 and 9395), nist (SP 800-77r1), bsi (TR-02102-3), weos4\n"
	"(what a WeOS 4 peer can do).  The last --profile wins.\n"
	"\n"
	"In a file, '# weipsec: ignore RULE -- reason' at the end of a line, or alone on the line\n"
	"before it, silences RULE there, 'ignore-file' in the whole file.\n"
	"\n"
	"DIR of --pki has x509/LABEL.pem, private/LABEL.pem and x509ca/LABEL.pem, and may have "
	"CRLs\n"
	"in x509crl/.  What expires is judged by the time SOURCE_DATE_EPOCH, if that is set.\n"
	"\n"
	"--device adds what a backup in JSON, or a part of one, tells of the device: addresses of\n"
	"interfaces, host name, release, firewall.  It is for one FILE, which is no folder.\n"
	"\n"
	"--fix applies what the findings say to type where that is certain, and reports what is\n"
	"left; it applies nothing that would bring new findings.  --diff prints the same as a\n"
	"patch for 'git apply' and 'patch -p1', and the findings on standard error.\n"
	"\n"
	"Exit status: 0 nothing at or above --fail-on, 1 something, 2 a file or DIR could not be\n"
	"read, a file not fixed, or the report not written, 64 wrong usage.\n",
    .options = options,
    .run = run,
};

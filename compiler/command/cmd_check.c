/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/base/files.h"
#include "compiler/base/printable.h"
#include "compiler/base/workers.h"
#include "compiler/command/checking.h"
#include "compiler/command/cli_project.h"
#include "compiler/command/cli_value.h"
#include "compiler/compilation/device_json.h"
#include "compiler/pki/pki.h"
#include "compiler/report/report.h"
#include "compiler/tables/profile.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	PROFILE_NAME = CLI_REPORT_COUNT,
	DIALECT,
	PKI,
	DEVICE,
	FIX,
	DIFF,
	LIST_FILES,
	JOBS,
	STDIN_NAME,
	STATISTICS,
	NO_PROJECT
};

static const struct cli_option options[] = {
    CLI_REPORT_OPTIONS("findings are"),
    [PROFILE_NAME] = {"profile", 0, "rfc|nist|bsi|weos4", "also judge by a policy (WI801, WI802)"},
    [DIALECT] = {"dialect", 0, CLI_DIALECTS, "the language of the files (auto)"},
    [PKI] = {"pki", 0, "DIR", "the certificates and keys of the device"},
    [DEVICE] = {"device", 0, "FILE.json", "a WeOS 5 backup of the device"},
    [FIX] = {"fix", 0, NULL, "edit the files: what there is a fix for"},
    [DIFF] = {"diff", 0, NULL, "print only what --fix would do, as a patch"},
    [LIST_FILES] = {"list-files", 0, NULL, "print what would be checked, and stop"},
    [JOBS] = {"jobs", 0, "N", "how many files at once, 1 to 256 (see below)"},
    [STDIN_NAME] = {"stdin-filename", 0, "NAME", "what FILE '-' is called"},
    [STATISTICS] = {"statistics", 0, NULL, "instead of findings, print how many of each rule"},
    [NO_PROJECT] = CLI_NO_PROJECT,
    {0},
};

struct request {
	const struct cli_command *command;
	const char *pki;    /* --pki */
	const char *device; /* the file of --device, or NULL */
	const char *standard; /* --stdin-filename */
	int count; /* the operands */
	char **words;
	bool list_files;
	bool counts; /* --statistics */
	struct project_asked asked;
	struct checking checking;
};

/* ---- options ---- */

static bool set_option(struct request *request, int option, const char *value)
{
	const struct cli_command *command = request->command;
	struct checking *checking = &request->checking;
	int choice;

	if (option < CLI_REPORT_COUNT)
		return cli_report_option(&checking->asked, option, value);
	switch (option) {
	case PROFILE_NAME:
		choice = cli_choice(command, "--profile", value, profile_names);
		request->asked.words.profile = choice < 0 ? NULL : &profile_table[choice];
		return choice >= 0;
	case DIALECT:
		return cli_dialect(command, "--dialect", value, &request->asked.words.dialect);
	case PKI:
		request->pki = value;
		return true;
	case DEVICE:
		request->device = value;
		return true;
	case FIX:
		checking->fixes = true;
		return true;
	case DIFF:
		checking->diffs = true;
		return true;
	case JOBS:
		checking->jobs = cli_number(command, "--jobs", value, 1, WORKERS_MOST);
		return checking->jobs > 0;
	case STDIN_NAME:
		request->standard = value;
		return true;
	case NO_PROJECT:
		request->asked.has_no_project = true;
		return true;
	case STATISTICS:
		request->counts = true;
		return true;
	default:
		request->list_files = true;
		return true;
	}
}

static bool has_standard(int count, char **operands)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(operands[i], "-") == 0)
			return true;
	}
	return false;
}

/* What --fix and --diff cannot do. */
static int check_fixing(const struct request *request, int count, char **operands)
{
	if (request->checking.fixes && request->checking.diffs)
		return cli_misuse(request->command, "--fix or --diff, not both");
	if (request->checking.fixes && has_standard(count, operands))
		return cli_misuse(request->command, "standard input cannot be fixed");
	return EXIT_OK;
}

/* Of standard input there is one, and it has one name. */
static int check_standard(const struct request *request, int count, char **operands)
{
	const char *baseline = request->checking.asked.baseline_path;
	bool is_file = has_standard(count, operands);

	if (request->standard && !*request->standard)
		return cli_misuse(request->command, "--stdin-filename needs a name");
	if (request->standard && !is_file)
		return cli_misuse(request->command, "--stdin-filename is for FILE '-'");
	if (is_file && baseline && strcmp(baseline, "-") == 0)
		return cli_misuse(request->command,
				  "standard input is FILE or that of --baseline, not both");
	return EXIT_OK;
}

/* Numbers are for people; who reads another format can count. */
static int choose_statistics(struct request *request)
{
	struct cli_report *asked = &request->checking.asked;

	if (!request->counts)
		return EXIT_OK;
	if (asked->has_format && asked->settings.writer != &report_writer_text)
		return cli_misuse(request->command, "--statistics is for --format text");
	asked->settings.writer = &report_writer_statistics;
	return EXIT_OK;
}

/* A device has one configuration, and standard input is read once. */
static int check_device_use(const struct request *request, int count, char **operands)
{
	struct stat status;

	if (!request->device)
		return EXIT_OK;
	if (count > 1 || (stat(operands[0], &status) == 0 && S_ISDIR(status.st_mode)))
		return cli_misuse(request->command,
				  "--device is for one FILE, that of the device");
	if (strcmp(request->device, "-") == 0 && strcmp(operands[0], "-") == 0)
		return cli_misuse(request->command,
				  "standard input is FILE or that of --device, not both");
	return EXIT_OK;
}

/* ---- what the files are checked with ---- */

/* Reads the file of --device into DEVICE; false, complained of, if that cannot be done. */
static bool read_device(const struct request *request, struct arena *arena, struct device *device)
{
	struct text *text = files_read(request->device);
	const char *error = text ? device_json_read(text, arena, device) : strerror(errno);

	if (error)
		cli_complain("%s: %s", request->device, error);
	text_free(text);
	return !error;
}

/* ---- the files ---- */

/* A line a file: so a name has no line end in it, and nothing that could move a terminal. */
static void list_file(const char *path)
{
	printable_puts(stdout, path);
	putchar('\n');
}

static int list_files(const struct operands *operands)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < operands->count; i++) {
		const struct operand *operand = &operands->list[i];

		status = operand_complain(operand, status);
		if (!operand->error && !operand->is_empty && !operand->is_excluded)
			list_file(operand->path);
	}
	return cli_flush(status);
}

/* What the operands are, each with what holds for it, in PROJECTS. */
static int check_files(struct request *request, struct projects *projects)
{
	struct checking *checking = &request->checking;
	struct operands *operands = &checking->operands;
	int status;

	operands->standard = request->standard;
	operands->projects = projects;
	if (!operands_collect(operands, request->count, request->words) ||
	    !operands_judge(operands)) {
		if (operands->has_failed)
			cli_complain("%s", strerror(ENOMEM));
		status = cli_projects_complain(projects, EXIT_FAILED);
	} else {
		status = request->list_files ? list_files(operands) : checking_run(checking);
		cli_projects_tell(projects, operands->has_walked && !request->list_files);
	}
	patch_free(&checking->patch);
	operands_free(operands);
	return status;
}

static int check_in_projects(struct request *request)
{
	struct projects *projects;
	int status;

	cli_project_ask(&request->asked, &request->checking.asked);
	projects = projects_new(&request->asked);
	if (!projects)
		return cli_written(EXIT_OK, "cannot check", ENOMEM);
	status = check_files(request, projects);
	projects_free(projects);
	return status;
}

/* Checks the operands with what is known of their device. */
static int check_on_device(struct request *request)
{
	struct arena *arena;
	struct device device;
	int status = EXIT_FAILED;

	if (!request->device)
		return check_in_projects(request);
	arena = arena_new();
	if (!arena) {
		cli_complain("%s: %s", request->device, strerror(ENOMEM));
		return status;
	}
	if (read_device(request, arena, &device)) {
		request->asked.surroundings.device = &device;
		status = check_in_projects(request);
		request->asked.surroundings.device = NULL;
	}
	arena_free(arena);
	return status;
}

/* Without the folder and the baseline that were named there is nothing to rely on in a report. */
static int check_in_pki(struct request *request)
{
	struct surroundings *surroundings = &request->asked.surroundings;
	struct cli_report *asked = &request->checking.asked;
	int status = cli_open_pki(request->command, request->pki, &surroundings->pki);
	bool is_used;

	if (status == EXIT_OK)
		status = cli_report_open_baseline(asked);
	is_used = status == EXIT_OK;
	if (is_used)
		status = check_on_device(request);
	cli_report_close_baseline(asked, is_used);
	if (cli_judge_pki(surroundings->pki, request->pki) != EXIT_OK)
		status = EXIT_FAILED;
	pki_free(surroundings->pki);
	return status;
}

/* ---- the command ---- */

static int run(const struct cli_command *command, int argc, char **argv)
{
	struct request request = {.command = command,
				  .asked = {.surroundings = {.dialect = -1, .has_policies = true}}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option;

	cli_report_init(&request.checking.asked, command);
	project_words_init(&request.asked.words);
	while ((option = cli_next(&cli)) >= 0) {
		if (!set_option(&request, option, cli.value))
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand == argc)
		return cli_misuse(command, "no file to check");
	argc -= cli.operand;
	argv += cli.operand;
	if (check_fixing(&request, argc, argv) != EXIT_OK ||
	    check_device_use(&request, argc, argv) != EXIT_OK ||
	    check_standard(&request, argc, argv) != EXIT_OK ||
	    choose_statistics(&request) != EXIT_OK)
		return EXIT_MISUSE;
	request.count = argc;
	request.words = argv;
	return request.list_files ? check_in_projects(&request) : check_in_pki(&request);
}

const struct cli_command cli_check = {
    .name = "check",
    .operands = "FILE...",
    .line = "Finds what is wrong in the IPsec part of WeOS configuration",
    .more =
	"FILE '-' is standard input.  Of a folder every *.cfg and *.weos in it and below it is\n"
	"checked, but for dot-files, symbolic links and JSON documents; that a file has no tunnel is\n"
	"said of a FILE only.  The last of -W, -E and --no of a rule wins; errors of WI1xx to WI3xx\n"
	"and WI401 to WI404 cannot be silenced or lowered.\n"
	"\n"
	"Formats: text is for people, gcc for editors, json for programs and has all there is,\n"
	"sarif (2.1.0) for code scanning, gitlab for GitLab's code quality, junit (XML) for test\n"
	"reports, where what is below --fail-on fails none.  github is annotations of GitHub\n"
	"Actions, and the format where GITHUB_ACTIONS=true and none was asked for.\n"
	"\n"
	"What the report FILE.json of --baseline has is silenced, as far as it can be: each\n"
	"finding is known by a hash of its rule, file, tunnel and line, whose number may change.\n"
	"What is in it and was not found is counted on standard error.\n"
	"\n"
	"Standard input is reported, and patched, as NAME of --stdin-filename, which need not be\n"
	"there.\n"
	"\n"
	"A project file, '.weipsec' in the file's folder or above it, may say what options say, for\n"
	"all files or some, and which files a folder's walk takes; options count before it. What it\n"
	"silences is told on standard error.  --no-project is for what strangers wrote.\n"
	"\n"
	"Profiles: rfc (RFC 8247, 8221 and 9395), nist (SP 800-77r1), bsi (TR-02102-3), weos4\n"
	"(what a WeOS 4 peer can do).  The last --profile wins.\n"
	"\n"
	"In a file, '# weipsec: ignore RULE -- reason' at the end of a line, or alone on the line\n"
	"before it, silences RULE there, on the line of an 'ipsec ID' in that whole instance,\n"
	"'ignore-file' in the whole file.  '# weipsec: profile NAME -- reason' there judges that\n"
	"instance by another policy than --profile.\n"
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
	"More than 64 files are checked by as many threads as there are processors, unless --jobs\n"
	"says how many; what is written is the same.  Standard input, --fix and --diff use one.\n"
	"\n"
	"Exit status: 0 nothing at or above --fail-on, 1 something, 2 a file or DIR could not be\n"
	"read, nothing of a folder was checked, a file was not fixed, or the report not written, 64\n"
	"wrong usage.\n",
    .options = options,
    .run = run,
};

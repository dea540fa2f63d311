/* SPDX-License-Identifier: ISC */
#include "runtime/command/commands.h"

#include "compiler/base/files.h"
#include "compiler/base/printable.h"
#include "runtime/command/memory.h"
#include "runtime/command/setup.h"
#include "runtime/supervise/supervisor.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <syslog.h>
#include <unistd.h>

enum { METRICS = SETUP_COUNT };

static const struct cli_option options[] = {
    SETUP_OPTIONS,
    [METRICS] = {"metrics", 0, "FILE", "keep metrics there, in the text format of Prometheus"},
    {0},
};

/* Nobody reads what goes to /dev/null. */
static bool stderr_is_read(void)
{
	struct stat status;

	return fstat(STDERR_FILENO, &status) == 0 &&
	       !(S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3));
}

static void say_to_stderr(const char *line)
{
	cli_complain("%s", line);
}

static void say_to_syslog(const char *line)
{
	char *printable = printable_new(line);

	syslog(LOG_NOTICE, "%s", printable ? printable : "out of memory");
	free(printable);
}

/* Reads its options into PLACES and FILES.  EXIT_OK, or what to end with; CLI_HELP was done. */
static int read_options(struct cli *cli, struct places *places, struct supervised *files)
{
	int option;

	while ((option = setup_next(places, cli)) >= 0) {
		if (option == METRICS)
			files->metrics = cli->value;
	}
	if (option == CLI_HELP)
		return option;
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli->operand == cli->argc)
		return cli_misuse(cli->command, "no file to supervise");
	if (cli->operand + 1 < cli->argc)
		return cli_misuse(cli->command, "one file at a time: '%s' is too much",
				  cli->argv[cli->operand + 1]);
	files->file = cli->argv[cli->operand];
	return EXIT_OK;
}

static int check_files(const struct cli *cli, const struct places *places,
		       const struct supervised *files)
{
	const char *metrics = files->metrics;

	if (strcmp(files->file, "-") == 0)
		return cli_misuse(cli->command, "supervise cannot keep to standard input");
	if (!metrics)
		return EXIT_OK;
	if (!*metrics || strcmp(metrics, "-") == 0)
		return cli_misuse(cli->command,
				  "--metrics takes a file; 'status --metrics' prints");
	if (files_are_one(metrics, files->file) ||
	    (places->persist && files_are_one(metrics, places->persist)))
		return cli_misuse(cli->command, "'%s' is another file already", metrics);
	return EXIT_OK;
}

static int run_supervise(const struct cli_command *command, int argc, char **argv)
{
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	struct places places = places_default;
	struct supervised files = {NULL, NULL};
	struct supervisor *supervisor;
	int status = read_options(&cli, &places, &files);

	if (status == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (status == EXIT_OK)
		status = check_files(&cli, &places, &files);
	if (status != EXIT_OK)
		return status;
	signal(SIGPIPE, SIG_IGN); /* of a standard error that nobody reads any more */
	signal(SIGIO, SIG_IGN);	  /* of watch_file() */
	if (!stderr_is_read())
		openlog("weipsec-apply", LOG_PID, LOG_DAEMON);
	supervisor = supervisor_new(&places, &files,
				    stderr_is_read() ? say_to_stderr : say_to_syslog, &status);
	if (!supervisor)
		return status;
	memory_endure();
	status = supervisor_run(supervisor);
	supervisor_free(supervisor);
	return status;
}

const struct cli_command cli_supervise = {
    .name = "supervise",
    .operands = "FILE",
    .line = "Stays, and keeps charon to FILE",
    .more =
	"It applies FILE, again when FILE changes or on SIGHUP, and when charon was restarted;\n"
	"starts tunnels that are down and have dpd-action restart, and when their local-address\n"
	"appears; answers status, apply, confirm, rollback and restart of others.  What it has to\n"
	"say goes to standard error, or to syslog where that is /dev/null.  The file of --metrics\n"
	"is readable by all, and written when a tunnel changes and every 15 seconds.\n"
	"\n"
	"Exit status: 0 ended by SIGTERM or SIGINT, 1 FILE has errors and nothing was applied\n"
	"before, 2 a file out of reach, or somebody else supervises, 64 wrong usage.\n",
    .options = options,
    .run = run_supervise,
};

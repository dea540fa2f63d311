/* SPDX-License-Identifier: ISC */
#include "runtime/command/commands.h"

#include "compiler/base/printable.h"
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

static const struct cli_option options[] = {
    SETUP_OPTIONS,
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

static int run_supervise(const struct cli_command *command, int argc, char **argv)
{
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	struct places places = places_default;
	struct supervisor *supervisor;
	int option = setup_next(&places, &cli), status;

	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand == argc)
		return cli_misuse(command, "no file to supervise");
	if (cli.operand + 1 < argc)
		return cli_misuse(command, "one file at a time: '%s' is too much",
				  argv[cli.operand + 1]);
	if (strcmp(argv[cli.operand], "-") == 0)
		return cli_misuse(command, "supervise cannot keep to standard input");
	signal(SIGPIPE, SIG_IGN); /* of a standard error that nobody reads any more */
	signal(SIGIO, SIG_IGN);	  /* of watch_file() */
	if (!stderr_is_read())
		openlog("weipsec-apply", LOG_PID, LOG_DAEMON);
	supervisor = supervisor_new(&places, argv[cli.operand],
				    stderr_is_read() ? say_to_stderr : say_to_syslog, &status);
	if (!supervisor)
		return status;
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
	"say goes to standard error, or to syslog where that is /dev/null.\n"
	"\n"
	"Exit status: 0 ended by SIGTERM or SIGINT, 1 FILE has errors and nothing was applied\n"
	"before, 2 a file out of reach, or somebody else supervises, 64 wrong usage.\n",
    .options = options,
    .run = run_supervise,
};

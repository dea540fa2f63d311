/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/base/workers.h"
#include "compiler/command/cli_project.h"
#include "compiler/command/cli_value.h"
#include "compiler/command/gathering.h"
#include "compiler/command/joining.h"

#include <errno.h>

enum { PKI = JOINING_COUNT, JOBS, NO_PROJECT };

static const struct cli_option options[] = {
    CLI_REPORT_OPTIONS("it is"),
    JOINING_OPTIONS,
    [PKI] = GATHERING_PKI,
    [JOBS] = {"jobs", 0, "N", "how many files at once, 1 to 256 (see below)"},
    [NO_PROJECT] = CLI_NO_PROJECT,
    {0},
};

struct fleet {
	struct joining joining;
	struct gathering gathering;
};

static bool set_option(struct fleet *fleet, int option, const char *value)
{
	if (option < JOINING_COUNT)
		return joining_option(&fleet->joining, option, value);
	if (option == PKI) {
		fleet->gathering.pki = value;
		return true;
	}
	if (option == NO_PROJECT) {
		fleet->gathering.asked.has_no_project = true;
		return true;
	}
	fleet->gathering.jobs =
	    cli_number(fleet->gathering.command, "--jobs", value, 1, WORKERS_MOST);
	return fleet->gathering.jobs > 0;
}

static int judge_files(struct fleet *fleet, int count, char **words)
{
	struct gathering *gathering = &fleet->gathering;
	int status;

	cli_project_ask(&gathering->asked, &fleet->joining.asked);
	status = gathering_collect(gathering, count, words);
	if (!gathering->sites)
		return status;
	gathering_spare(gathering, &fleet->joining.outputs);
	if (outputs_check(&fleet->joining.outputs, gathering->command) != EXIT_OK)
		return EXIT_MISUSE;
	gathering->digest = digest_new_inside();
	if (!gathering->digest || !gathering_read(gathering))
		return cli_written(status, "cannot read the files", errno ? errno : ENOMEM);
	status = joining_run(&fleet->joining, gathering->sites, gathering->count, status);
	cli_projects_tell(gathering->projects, gathering->operands.has_walked);
	return status;
}

static int judge_with_baseline(struct fleet *fleet, int count, char **words)
{
	int status = cli_report_open_baseline(&fleet->joining.asked);
	bool is_used = status == EXIT_OK;

	if (is_used)
		status = judge_files(fleet, count, words);
	cli_report_close_baseline(&fleet->joining.asked, is_used);
	return status;
}

static int fleet_run(const struct cli_command *command, int argc, char **argv)
{
	struct fleet fleet = {.joining = {.automatic = AUTOMATIC_WEOS}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	gathering_init(&fleet.gathering, command);
	cli_report_init(&fleet.joining.asked, command);
	while ((option = cli_next(&cli)) >= 0) {
		if (!set_option(&fleet, option, cli.value))
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	status = joining_check_outputs(&fleet.joining);
	if (status == EXIT_OK)
		status = judge_with_baseline(&fleet, argc - cli.operand, argv + cli.operand);
	digest_free(fleet.gathering.digest);
	gathering_free(&fleet.gathering);
	return status;
}

const struct cli_command cli_fleet = {
    .name = "fleet",
    .operands = "FILE|DIR...",
    .line = "Says which tunnels of a whole network come up and stay up",
    .more =
	"Each FILE is what one gateway has; of a folder all *.cfg and *.weos below it are read.\n"
	"Each end finds its counterpart by addresses and identities, and each pair is judged\n"
	"as 'pair' does.  A table has all pairs, the worst first; then come the findings,\n"
	"WI1001 to WI1017, and WI1101 to WI1105 for what only many files show; one line has\n"
	"the totals.  Nothing is sent anywhere.\n"
	"\n"
	"--html writes all that to FILE as well, as one page for a browser that needs nothing\n"
	"else: the topology, a table that sorts and filters, the exchanges of each pair with\n"
	"the lines of both files, and the findings.  No secret is in it.\n"
	"\n"
	"--graph FILE.dot writes the network in the language of Graphviz: gateways with their\n"
	"networks, tunnels in the colour of their outcome.  FILE.svg has it drawn by Graphviz's\n"
	"'dot' or, where it is a mesh, 'sfdp', which must be in PATH.\n"
	"\n"
	"Files that were found and cannot be read, JSON documents, and files without a tunnel\n"
	"are counted.  'facts' and 'join' do the same on more than one machine.\n"
	"\n"
	"Project files ('.weipsec') count for the findings at their files; options count before\n"
	"them.\n"
	"\n"
	"Without --jobs, more than 64 files are read by as many threads as there are\n"
	"processors.  The order of all output is that of the files' names.\n"
	"\n"
	"Exit status: 0 all come up and stay up (or could), 1 one does not or has no\n"
	"counterpart, or there is a finding at or above --fail-on, 2 a FILE that was named\n"
	"could not be read, a folder has no file, or the report, the page or the picture was\n"
	"not written, 64 wrong usage.\n",
    .options = options,
    .run = fleet_run,
};

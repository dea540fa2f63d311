/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/command/cli_project.h"
#include "compiler/command/joining.h"
#include "compiler/fleet/facts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cli_option options[] = {
    CLI_REPORT_OPTIONS("it is"),
    JOINING_OPTIONS,
    {0},
};

struct join {
	struct joining joining;
	struct facts *facts;
};

static int complain_of(const struct join *join, const char *path, size_t line, enum facts_flaw flaw)
{
	const char *culprit = facts_culprit(join->facts);

	switch (flaw) {
	case FACTS_WELL:
		return EXIT_OK;
	case FACTS_NO_MEMORY: /* or no room on the disk for what is kept aside */
		return cli_written(EXIT_OK, "cannot read the facts", errno ? errno : ENOMEM);
	case FACTS_OTHER_KEY:
		return cli_misuse(join->joining.asked.command,
				  "%s:%zu: these facts are made with another key than those before",
				  path, line);
	case FACTS_TWICE:
		cli_complain("two different files are called %s", culprit);
		return EXIT_FAILED;
	case FACTS_CUT:
		cli_complain("some of the facts of %s are missing", culprit);
		return EXIT_FAILED;
	default:
		if (line)
			cli_complain("%s:%zu: this is no line of facts", path, line);
		else
			cli_complain("the facts of %s are not whole", culprit);
		return EXIT_FAILED;
	}
}

static int read_stream(struct join *join, const char *path, FILE *in)
{
	enum facts_flaw flaw = FACTS_WELL;
	size_t number = 0, room = 0;
	char *line = NULL;
	ssize_t length;
	int error = 0;

	while (flaw == FACTS_WELL && !error && (length = getline(&line, &room, in)) > 0) {
		size_t end = (size_t)length - (line[length - 1] == '\n');

		number++;
		error = ferror(in) ? errno : 0; /* what came before is no line */
		if (!error)
			flaw = facts_read(join->facts, (struct slice){line, end});
	}
	if (!error && ferror(in))
		error = errno;
	free(line);
	if (flaw == FACTS_WELL && error)
		return cli_written(EXIT_OK, path, error);
	return complain_of(join, path, number, flaw);
}

static int read_path(struct join *join, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	int status;

	if (!in) {
		cli_complain("%s: %s", path, strerror(errno));
		return EXIT_FAILED;
	}
	status = read_stream(join, path, in);
	if (!is_stdin)
		fclose(in);
	return status;
}

static int join_facts(struct join *join, int count, char **words)
{
	char standard[] = "-", *only_standard[] = {standard};
	struct site **sites;
	size_t site_count;
	int status;

	if (!count) {
		words = only_standard;
		count = 1;
	}
	for (int i = 0; i < count; i++)
		outputs_spare(&join->joining.outputs, words[i]);
	status = outputs_check(&join->joining.outputs, join->joining.asked.command);
	for (int i = 0; i < count && status == EXIT_OK; i++)
		status = read_path(join, words[i]);
	if (status != EXIT_OK)
		return status;
	status = complain_of(join, "", 0, facts_finish(join->facts, &sites, &site_count));
	if (status != EXIT_OK)
		return status;
	status = joining_run(&join->joining, sites, site_count, status);
	for (const struct project *at = facts_projects(join->facts); at; at = at->next)
		cli_project_tell(at);
	return status;
}

/* Facts have what project files say of their files: over that the options count. */
static int join_over_projects(struct join *join, int count, char **words)
{
	struct project_asked asked = {.has_no_project = true};
	int status;

	project_words_init(&asked.words);
	cli_project_ask(&asked, &join->joining.asked);
	join->facts = facts_new(&asked);
	if (!join->facts)
		return cli_written(EXIT_OK, "cannot read the facts", errno ? errno : ENOMEM);
	status = join_facts(join, count, words);
	facts_free(join->facts);
	return status;
}

static int join_run(const struct cli_command *command, int argc, char **argv)
{
	struct join join = {.facts = NULL};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;
	bool is_used;

	cli_report_init(&join.joining.asked, command);
	while ((option = cli_next(&cli)) >= 0) {
		if (!joining_option(&join.joining, option, cli.value))
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	status = joining_check_outputs(&join.joining);
	if (status != EXIT_OK)
		return status;
	status = cli_report_open_baseline(&join.joining.asked);
	is_used = status == EXIT_OK;
	if (is_used)
		status = join_over_projects(&join, argc - cli.operand, argv + cli.operand);
	cli_report_close_baseline(&join.joining.asked, is_used);
	return status;
}

const struct cli_command cli_join = {
    .name = "join",
    .operands = "[FACTS...]",
    .line = "Judges the network that sorted facts tell of, as 'fleet' does",
    .more =
	"FACTS are files of lines that 'facts' wrote, of any number of machines, sorted in the\n"
	"order of bytes (LC_ALL=C sort); without one, or for '-', standard input.  What is\n"
	"said is what 'fleet' would say of the files that they were made of.\n"
	"\n"
	"Exit status: that of 'fleet'; 2 also when a line is not one of facts, some of a file\n"
	"are missing, or two files have one name; 64 also when two keys were used.\n",
    .options = options,
    .run = join_run,
};

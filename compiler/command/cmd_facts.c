/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/base/files.h"
#include "compiler/command/cli_project.h"
#include "compiler/command/gathering.h"
#include "compiler/fleet/facts.h"
#include "compiler/yang/yang.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { KEY, PKI, OUTPUT, NO_PROJECT };

static const struct cli_option options[] = {
    [KEY] = {"key", 0, "FILE", "the key of the HMACs, 32 bytes or more (a fresh one)"},
    [PKI] = GATHERING_PKI,
    [OUTPUT] = {NULL, 'o', "FILE", "write to FILE, not to standard output"},
    [NO_PROJECT] = CLI_NO_PROJECT,
    {0},
};

struct fact_run {
	const char *key;
	const char *output;
	struct gathering gathering;
	char fingerprint[DIGEST_FINGERPRINT];
	struct files_output to;
};

/* The key that is asked for, or a fresh one; what status that has. */
static int open_key(struct fact_run *run)
{
	struct text *text;

	if (!run->key) {
		run->gathering.digest = digest_new_random();
		return run->gathering.digest ? EXIT_OK
					     : cli_written(EXIT_OK, "cannot make a key", ENOMEM);
	}
	text = files_read(run->key);
	if (!text) {
		cli_complain("%s: %s", run->key, strerror(errno));
		return EXIT_FAILED;
	}
	if (text->size < DIGEST_KEY_LEAST) {
		text_free(text);
		return cli_misuse(run->gathering.command, "%s: a key has %d bytes or more",
				  run->key, DIGEST_KEY_LEAST);
	}
	run->gathering.digest = digest_new((struct slice){text->bytes, text->size});
	text_free(text);
	return run->gathering.digest ? EXIT_OK : cli_written(EXIT_OK, "cannot use the key", ENOMEM);
}

static bool write_file(struct fact_run *run, struct site_reader *reader, size_t task, int *status)
{
	struct site *site = gathering_read_task(&run->gathering, reader, task);
	bool is_well = site && facts_write(site, run->fingerprint, run->to.stream);

	if (site)
		*status = gathering_complain(site, *status);
	site_free(site);
	arena_reset(reader->arena);
	memset(&reader->store, 0, sizeof(reader->store));
	return is_well && !digest_failed(reader->digest);
}

/* What project files know already, for all their files. */
static bool write_baselines(struct fact_run *run)
{
	const struct project *at = projects_list(run->gathering.projects);

	while (at && facts_write_baseline(at, run->fingerprint, run->to.stream))
		at = at->next;
	return !at;
}

/* One file after the other: nothing of it is kept. */
static int write_files(struct fact_run *run, int status)
{
	struct site_reader reader = {
	    .read = agent_yang_read, .digest = run->gathering.digest, .arena = arena_new()};
	bool is_well = reader.arena != NULL;
	int error;

	digest_fingerprint(run->gathering.digest, run->fingerprint);
	for (size_t i = 0; is_well && i < run->gathering.count; i++)
		is_well = write_file(run, &reader, i, &status);
	is_well = is_well && write_baselines(run);
	error = is_well ? files_output_finish(&run->to) : ENOMEM;
	error = error ? error : files_output_commit(&run->to);
	workspace_free(&reader.workspace);
	arena_free(reader.arena);
	return cli_written(status, "cannot write the facts", error);
}

static int check_output(const struct fact_run *run)
{
	struct outputs outputs = {.count = 0};

	outputs_add(&outputs, "-o", run->output);
	outputs_spare(&outputs, run->key);
	gathering_spare(&run->gathering, &outputs);
	return outputs_check(&outputs, run->gathering.command);
}

static int write_facts(struct fact_run *run, int count, char **words)
{
	const char *output = run->output ? run->output : "-";
	int status = open_key(run), error;

	if (status != EXIT_OK)
		return status;
	status = gathering_collect(&run->gathering, count, words);
	if (!run->gathering.sites)
		return status;
	if (check_output(run) != EXIT_OK)
		return EXIT_MISUSE;
	error = files_output_open(&run->to, output, true);
	if (error) {
		cli_complain("%s: %s", output, strerror(error));
		return EXIT_FAILED;
	}
	status = write_files(run, status);
	cli_projects_tell(run->gathering.projects, false);
	files_output_close(&run->to);
	return status;
}

static int facts_run(const struct cli_command *command, int argc, char **argv)
{
	struct fact_run run = {.key = NULL};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	gathering_init(&run.gathering, command);
	while ((option = cli_next(&cli)) >= 0) {
		if (option == KEY)
			run.key = cli.value;
		else if (option == PKI)
			run.gathering.pki = cli.value;
		else if (option == OUTPUT)
			run.output = cli.value;
		else
			run.gathering.asked.has_no_project = true;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	status = write_facts(&run, argc - cli.operand, argv + cli.operand);
	digest_free(run.gathering.digest);
	gathering_free(&run.gathering);
	return status;
}

const struct cli_command cli_facts = {
    .name = "facts",
    .operands = "FILE|DIR...",
    .line = "Writes what 'join' needs of files, one line for each key of each tunnel",
    .more = "'facts' and 'join' are 'fleet' in two steps, for more files or machines than one:\n"
	    "\n"
	    "    weipsec facts --key KEY DIR | LC_ALL=C sort | weipsec join\n"
	    "\n"
	    "says what 'weipsec fleet DIR' does.  Facts of several machines are sorted together;\n"
	    "all of them are made with one key.  Without --key there is a fresh one, for one run.\n"
	    "\n"
	    "No line has a private key or a secret: HMACs under the key stand for these.  Who has\n"
	    "it can try secrets against them, so it is kept like one.  docs/fleet.md tells more.\n"
	    "\n"
	    "What project files ('.weipsec') say of findings goes with the facts of their files.\n"
	    "\n"
	    "Exit status: 0 written, 2 a FILE that was named or the key could not be read, a\n"
	    "folder has no file, or FILE could not be written, 64 wrong usage.\n",
    .options = options,
    .run = facts_run,
};

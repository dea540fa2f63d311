/* SPDX-License-Identifier: ISC */
#include "tests/faults/trial.h"

#include "compiler/command/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE 60 /* seconds until a run that hangs is ended */
#define OUTPUT_MAX ((size_t)1 << 22)

_Noreturn void trial_fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILED);
}

/* ---- a run ---- */

int trial_call(const struct trial *trial)
{
	const struct cli_program program = {.name = "weipsec", .commands = cli_commands};

	program_invocation_short_name = trial->argv[0];
	return cli_main(&program, trial->argc, (char **)trial->argv);
}

/* What a program may write beside goes to descriptor 3. */
static void become(const struct trial *trial, const int *outputs)
{
	int input;

	if (chdir(trial->work) != 0)
		_exit(127);
	input = open("stdin", O_RDONLY | O_CLOEXEC);
	if (input < 0)
		input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		dup2(i ? outputs[i - 1] : input, i);
	alarm(DEADLINE);
}

static char *said_in(int fd)
{
	char *said = calloc(1, OUTPUT_MAX);
	ssize_t length = said ? pread(fd, said, OUTPUT_MAX - 1, 0) : -1;

	if (length < 0)
		trial_fail("memfd");
	close(fd);
	return realloc(said, (size_t)length + 1);
}

void trial_run(const struct trial *trial, const struct trial_manner *manner,
	       struct outcome *outcome)
{
	int outputs[] = {memfd_create("out", MFD_CLOEXEC), memfd_create("err", MFD_CLOEXEC)};
	int status;
	pid_t child;

	if (!tree_write(&trial->before, trial->work))
		trial_fail(trial->work);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		become(trial, outputs);
		exit(manner->begin(trial, manner->context));
	}
	if (child > 0 && manner->attend)
		manner->attend(child, manner->context);
	if (child < 0 || waitpid(child, &status, 0) != child)
		trial_fail("fork");
	outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	for (int i = 0; i < 2; i++)
		outcome->said[i] = said_in(outputs[i]);
	if (!tree_read(&outcome->tree, trial->work))
		trial_fail(trial->work);
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->said[0]);
	free(outcome->said[1]);
	tree_free(&outcome->tree);
}

/* ---- what is wrong with it ---- */

static bool begins_with(const char *whole, const char *part, size_t length)
{
	return strncmp(whole, part, length) == 0;
}

/* Where the last line of SAID begins. */
static const char *last_line(const char *said)
{
	const char *at = said + strlen(said);

	if (at > said)
		at--;
	while (at > said && at[-1] != '\n')
		at--;
	return at;
}

const char *trial_odd(const struct trial *trial, const struct outcome *outcome)
{
	/* all that it writes, or nothing */
	bool is_one = strcmp(trial->argv[1], "compile") == 0;

	if (is_one && !tree_is(&outcome->tree, &trial->before) &&
	    !tree_is(&outcome->tree, &trial->whole.tree))
		return "one file is new, the other old";
	return tree_odd(&outcome->tree, &trial->before, &trial->whole.tree);
}

bool trial_is_whole(const struct trial *trial, const struct outcome *outcome)
{
	const struct outcome *whole = &trial->whole;

	return outcome->status == whole->status &&
	       strcmp(outcome->said[0], whole->said[0]) == 0 &&
	       strcmp(outcome->said[1], whole->said[1]) == 0 &&
	       tree_is(&outcome->tree, &whole->tree);
}

const char *trial_wrong(const struct trial *trial, const struct outcome *outcome,
			bool (*is_said)(const char *line, const void *context), const void *context)
{
	const struct outcome *whole = &trial->whole;
	const char *last = last_line(outcome->said[1]);
	size_t before = (size_t)(last - outcome->said[1]);

	if (outcome->status != EXIT_FAILED)
		return "exit status";
	if (!is_said(last, context))
		return "it does not say so";
	if (!begins_with(whole->said[1], outcome->said[1], before))
		return "standard error";
	if (!begins_with(whole->said[0], outcome->said[0], strlen(outcome->said[0])))
		return "standard output";
	return trial_odd(trial, outcome);
}

/* Is LINE, with LENGTH bytes, one of SAID? */
static bool has_line(const char *said, const char *line, size_t length)
{
	for (const char *at = said; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (begins_with(at, line, length))
			return true;
	}
	return false;
}

bool trial_adds(const char *whole, const char *said,
		bool (*is_meant)(const char *line, const void *context), const void *context)
{
	char *copy = strdup(said), *rest = copy, *line;
	bool adds = false;

	while (!adds && (line = strsep(&rest, "\n")))
		adds = *line && !has_line(whole, line, strlen(line)) && !is_meant(line, context);
	free(copy);
	return adds;
}

void trial_count(struct trial *trial, const struct outcome *outcome, const char *label,
		 const char *why)
{
	trial->runs++;
	if (why && trial->wrong++ < TRIAL_SHOWN)
		printf("  %s: %s: status %d, on standard error:\n%.400s", label, why,
		       outcome->status, outcome->said[1]);
}

/* ---- a command ---- */

void trial_begin(struct trial *trial, char *line)
{
	static char name[] = "weipsec";
	char *next = line;
	const char *folder = strsep(&next, "\t");

	trial->argc = 0;
	trial->argv[trial->argc++] = name;
	while (next && trial->argc <= TRIAL_WORDS)
		trial->argv[trial->argc++] = strsep(&next, "\t");
	trial->argv[trial->argc] = NULL;
	trial->runs = trial->refused = trial->wrong = 0;
	if (!tree_read(&trial->before, folder))
		trial_fail(folder);
}

void trial_end(struct trial *trial)
{
	outcome_free(&trial->whole);
	tree_free(&trial->before);
}

bool trial_each(bool (*take)(void *context, char *line), void *context)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	bool is_well = true;

	while ((length = getline(&line, &size, stdin)) > 0) {
		line[length - (line[length - 1] == '\n')] = '\0';
		is_well &= take(context, line);
	}
	free(line);
	return is_well;
}

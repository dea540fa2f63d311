/* SPDX-License-Identifier: ISC */
/*
 * `starve WORK PLACES [PROGRAM LIBRARY]': for every line of standard input, a folder and behind it
 * the words of a command with TABs between them, runs the command in WORK, which is a copy of the
 * folder each time, at first with all the memory that it wants, and then with its allocations
 * failing, at so many PLACES (0: at each), alone and with all behind it.  That run is to end as the
 * first, or with status 2, a last line on standard error that says so, and nothing else said or
 * written that the first did not.  A file `stdin' of the folder is its standard input.
 *
 * Commands of `weipsec' are called in processes that are forked and not started; those of another
 * PROGRAM are started with the LIBRARY that this one is linked with (lacking.c).
 *
 * A line is printed for each: allocations, runs, how many of them did not end as the first, how
 * many were wrong, and the command; below it what was wrong.  The exit status is 1 if anything was.
 */
#include "compiler/command/commands.h"
#include "tests/faults/lacking.h"
#include "tests/faults/tree.h"

#include <openssl/evp.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 32
#define DEADLINE 60   /* seconds until a run that hangs is ended */
#define SHOWN_MAX 5   /* wrong runs that are shown of a command */
#define OUTPUT_MAX ((size_t)1 << 22)

struct outcome {
	int status; /* or 128 and the signal */
	char *said[2]; /* standard output and error */
	struct tree tree;
};

struct starving {
	const char *work, *program, *library;
	long *count; /* shared with the process that runs */
	char *argv[WORDS_MAX + 2];
	int argc;
	struct tree before;
	struct outcome whole;
	long runs, refused, wrong;
};

/* ---- a run ---- */

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILED);
}

static int call(const struct starving *starving, long at, bool on)
{
	const struct cli_program program = {.name = "weipsec", .commands = cli_commands};
	int status;

	program_invocation_short_name = starving->argv[0];
	lacking_arm(at, on);
	status = cli_main(&program, starving->argc, (char **)starving->argv);
	*starving->count = lacking_count();
	return status;
}

static int start(const struct starving *starving, long at, bool on)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%ld", at);
	setenv("LACKING_AT", digits, 1);
	if (on)
		setenv("LACKING_ON", "1", 1);
	setenv("LACKING_COUNT", "/dev/fd/3", 1);
	setenv("LD_PRELOAD", starving->library, 1);
	execv(starving->program, (char **)starving->argv);
	return 127;
}

static void become(const struct starving *starving, const int *outputs)
{
	int input;

	if (chdir(starving->work) != 0)
		_exit(127);
	input = open("stdin", O_RDONLY | O_CLOEXEC);
	if (input < 0)
		input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		dup2(i ? outputs[i - 1] : input, i);
	if (starving->program)
		dup2(outputs[2], 3);
	alarm(DEADLINE);
}

static char *said_in(int fd)
{
	char *said = calloc(1, OUTPUT_MAX);
	ssize_t length = said ? pread(fd, said, OUTPUT_MAX - 1, 0) : -1;

	if (length < 0)
		fail("memfd");
	close(fd);
	return realloc(said, (size_t)length + 1);
}

static void run(struct starving *starving, struct outcome *outcome, long at, bool on)
{
	int outputs[] = {memfd_create("out", MFD_CLOEXEC), memfd_create("err", MFD_CLOEXEC),
			 memfd_create("count", MFD_CLOEXEC)};
	char *counted;
	int status;
	pid_t child;

	if (!tree_write(&starving->before, starving->work))
		fail(starving->work);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		become(starving, outputs);
		if (starving->program)
			_exit(start(starving, at, on));
		exit(call(starving, at, on));
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		fail("fork");
	outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	for (int i = 0; i < 2; i++)
		outcome->said[i] = said_in(outputs[i]);
	counted = said_in(outputs[2]);
	if (*counted)
		*starving->count = strtol(counted, NULL, 10);
	free(counted);
	if (!tree_read(&outcome->tree, starving->work))
		fail(starving->work);
}

static void outcome_free(struct outcome *outcome)
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

static bool ends_in(const char *line, const char *end)
{
	size_t length = strlen(line), tail = strlen(end);

	return length >= tail && strcmp(line + length - tail, end) == 0;
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

static const char *wrong_with_files(const struct starving *starving, const struct outcome *outcome)
{
	/* all that it writes, or nothing */
	bool is_one = strcmp(starving->argv[1], "compile") == 0;

	if (is_one && !tree_is(&outcome->tree, &starving->before) &&
	    !tree_is(&outcome->tree, &starving->whole.tree))
		return "one file is new, the other old";
	return tree_odd(&outcome->tree, &starving->before, &starving->whole.tree);
}

static bool ended_as_first(const struct starving *starving, const struct outcome *outcome)
{
	const struct outcome *whole = &starving->whole;

	return outcome->status == whole->status &&
	       strcmp(outcome->said[0], whole->said[0]) == 0 &&
	       strcmp(outcome->said[1], whole->said[1]) == 0 &&
	       tree_is(&outcome->tree, &whole->tree);
}

/* NULL if it ended as it may without memory. */
static const char *wrong_with(const struct starving *starving, const struct outcome *outcome)
{
	const struct outcome *whole = &starving->whole;
	const char *last = last_line(outcome->said[1]);
	size_t before = (size_t)(last - outcome->said[1]);

	if (outcome->status != EXIT_FAILED)
		return "exit status";
	if (!ends_in(last, "out of memory\n") && !ends_in(last, "Cannot allocate memory\n"))
		return "it does not say so";
	if (!begins_with(whole->said[1], outcome->said[1], before))
		return "standard error";
	if (!begins_with(whole->said[0], outcome->said[0], strlen(outcome->said[0])))
		return "standard output";
	return wrong_with_files(starving, outcome);
}

static void show(const struct outcome *outcome, long at, bool on, const char *why)
{
	printf("  %ld%s: %s: status %d, on standard error:\n%.400s", at, on ? "+" : "", why,
	       outcome->status, outcome->said[1]);
}

static void starve_at(struct starving *starving, long at, bool on)
{
	struct outcome outcome;
	const char *why = NULL;

	run(starving, &outcome, at, on);
	starving->runs++;
	if (!ended_as_first(starving, &outcome)) {
		starving->refused++;
		why = wrong_with(starving, &outcome);
	}
	if (why && starving->wrong++ < SHOWN_MAX)
		show(&outcome, at, on, why);
	outcome_free(&outcome);
}

/* ---- a command ---- */

static void divide(struct starving *starving, char *line, char **folder)
{
	static char name[] = "weipsec";
	char *next = line;

	*folder = strsep(&next, "\t");
	starving->argc = 0;
	starving->argv[starving->argc++] = name;
	while (next && starving->argc <= WORDS_MAX)
		starving->argv[starving->argc++] = strsep(&next, "\t");
	starving->argv[starving->argc] = NULL;
}

static bool starve(struct starving *starving, const char *line, char *words, long places)
{
	char *folder;
	long count, step;

	divide(starving, words, &folder);
	if (!tree_read(&starving->before, folder))
		fail(folder);
	run(starving, &starving->whole, 0, false);
	count = *starving->count;
	step = places && count > places ? count / places : 1;
	starving->runs = starving->refused = starving->wrong = 0;
	for (long at = 1; at <= count; at += step) {
		starve_at(starving, at, false);
		starve_at(starving, at, true);
	}
	printf("%ld\t%ld\t%ld\t%ld\t%s\n", count, starving->runs, starving->refused,
	       starving->wrong, line);
	outcome_free(&starving->whole);
	tree_free(&starving->before);
	return starving->wrong == 0;
}

int main(int argc, char **argv)
{
	struct starving starving = {.count = NULL};
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	bool is_well = true;

	if (argc < 3) {
		fputs("usage: starve WORK PLACES [PROGRAM LIBRARY] < LINES\n", stderr);
		return EXIT_MISUSE;
	}
	starving.work = argv[1];
	if (argc == 5) {
		starving.program = argv[3];
		starving.library = argv[4];
	}
	starving.count = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (starving.count == MAP_FAILED)
		fail("mmap");
	/* what libcrypto wants once is not counted for each */
	EVP_MD_free(EVP_MD_fetch(NULL, "SHA256", NULL));
	while ((length = getline(&line, &size, stdin)) > 0) {
		char *words;

		line[length - (line[length - 1] == '\n')] = '\0';
		words = strdup(line);
		if (!words)
			fail("line");
		is_well &= starve(&starving, line, words, strtol(argv[2], NULL, 10));
		free(words);
	}
	free(line);
	return is_well ? EXIT_OK : EXIT_FINDINGS;
}

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
#include "tests/faults/trial.h"

#include <openssl/evp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct starving {
	struct trial trial;
	long places;
	long at; /* the allocation that fails; 0: none */
	bool on; /* and all behind it */
	long *count; /* shared with the process that runs */
	int counted; /* where a program writes it */
};

/* ---- a run ---- */

static int start(const struct starving *starving)
{
	char digits[32];

	dup2(starving->counted, 3);
	snprintf(digits, sizeof(digits), "%ld", starving->at);
	setenv("LACKING_AT", digits, 1);
	if (starving->on)
		setenv("LACKING_ON", "1", 1);
	setenv("LACKING_COUNT", "/dev/fd/3", 1);
	setenv("LD_PRELOAD", starving->trial.library, 1);
	execv(starving->trial.program, (char **)starving->trial.argv);
	return 127;
}

static int begin(const struct trial *trial, void *context)
{
	const struct starving *starving = context;
	int status;

	if (trial->program)
		return start(starving);
	lacking_arm(starving->at, starving->on);
	status = trial_call(trial);
	*starving->count = lacking_count();
	return status;
}

static void run(struct starving *starving, struct outcome *outcome, long at, bool on)
{
	const struct trial_manner manner = {.context = starving, .begin = begin};
	char digits[32] = "";

	starving->at = at;
	starving->on = on;
	starving->counted = memfd_create("count", MFD_CLOEXEC);
	trial_run(&starving->trial, &manner, outcome);
	if (pread(starving->counted, digits, sizeof(digits) - 1, 0) > 0)
		*starving->count = strtol(digits, NULL, 10);
	close(starving->counted);
}

/* ---- what is wrong with it ---- */

static bool ends_in(const char *line, const char *end)
{
	size_t length = strlen(line), tail = strlen(end);

	return length >= tail && strcmp(line + length - tail, end) == 0;
}

static bool is_said(const char *line, const void *context)
{
	(void)context;
	return ends_in(line, "out of memory\n") || ends_in(line, "Cannot allocate memory\n");
}

static void starve_at(struct starving *starving, long at, bool on)
{
	struct trial *trial = &starving->trial;
	struct outcome outcome;
	const char *why = NULL;
	char label[32];

	snprintf(label, sizeof(label), "%ld%s", at, on ? "+" : "");
	run(starving, &outcome, at, on);
	if (!trial_is_whole(trial, &outcome)) {
		trial->refused++;
		why = trial_wrong(trial, &outcome, is_said, NULL);
	}
	trial_count(trial, &outcome, label, why);
	outcome_free(&outcome);
}

/* ---- a command ---- */

static bool starve(void *context, char *line)
{
	struct starving *starving = context;
	struct trial *trial = &starving->trial;
	char *whole = strdup(line);
	long count, step;

	trial_begin(trial, line);
	run(starving, &trial->whole, 0, false);
	count = *starving->count;
	step = starving->places && count > starving->places ? count / starving->places : 1;
	for (long at = 1; at <= count; at += step) {
		starve_at(starving, at, false);
		starve_at(starving, at, true);
	}
	printf("%ld\t%ld\t%ld\t%ld\t%s\n", count, trial->runs, trial->refused, trial->wrong, whole);
	free(whole);
	trial_end(trial);
	return trial->wrong == 0;
}

int main(int argc, char **argv)
{
	struct starving starving = {.count = NULL};

	if (argc < 3) {
		fputs("usage: starve WORK PLACES [PROGRAM LIBRARY] < LINES\n", stderr);
		return EXIT_MISUSE;
	}
	starving.trial.work = argv[1];
	starving.places = strtol(argv[2], NULL, 10);
	if (argc == 5) {
		starving.trial.program = argv[3];
		starving.trial.library = argv[4];
	}
	starving.count = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (starving.count == MAP_FAILED)
		trial_fail("mmap");
	/* what libcrypto wants once is not counted for each */
	EVP_MD_free(EVP_MD_fetch(NULL, "SHA256", NULL));
	return trial_each(starve, &starving) ? EXIT_OK : EXIT_FINDINGS;
}

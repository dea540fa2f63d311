/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TRIAL_H
#define WEIPSEC_TRIAL_H

#include "tests/faults/tree.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * One command that is run again and again, each time in a copy of its folder: whole, and then with
 * something that is refused to it.  What goes wrong itself ends the program.
 */

#define TRIAL_WORDS 32
#define TRIAL_SHOWN 8 /* wrong runs that are shown of a command */

struct outcome {
	int status;    /* or 128 and the signal */
	char *said[2]; /* standard output and error */
	struct tree tree;
};

struct trial {
	const char *work;	      /* where the copies are made */
	const char *program, *library; /* NULL: commands of weipsec, which are called */
	char *argv[TRIAL_WORDS + 2];
	int argc;
	struct tree before;
	struct outcome whole;
	long runs, refused, wrong;
};

/* How a run is made: begun in the process that becomes the command, and attended in ours. */
struct trial_manner {
	void *context;
	/* never returns, but with the status of the command */
	int (*begin)(const struct trial *trial, void *context);
	void (*attend)(pid_t child, void *context); /* NULL: nobody does */
};

/* The folder and the words of LINE, which is changed; TABs are between them. */
void trial_begin(struct trial *trial, char *line);
/* Makes a run in a new copy of the folder.  OUTCOME is freed with outcome_free(). */
void trial_run(const struct trial *trial, const struct trial_manner *manner,
	       struct outcome *outcome);
void trial_end(struct trial *trial);
void outcome_free(struct outcome *outcome);

/* The command itself, in this process. */
int trial_call(const struct trial *trial);

/* Did it end as the whole run did? */
bool trial_is_whole(const struct trial *trial, const struct outcome *outcome);
/*
 * NULL if what it refused left all as it may be: status 2, a last line that IS_SAID, nothing else
 * said or written that the whole run did not.
 */
const char *trial_wrong(const struct trial *trial, const struct outcome *outcome,
			bool (*is_said)(const char *line, const void *context),
			const void *context);
/* Is there a line in SAID that is none of WHOLE, and not meant? */
bool trial_adds(const char *whole, const char *said,
		bool (*is_meant)(const char *line, const void *context), const void *context);
/* A file that is neither what it was nor what the whole run makes of it, or NULL. */
const char *trial_odd(const struct trial *trial, const struct outcome *outcome);
/* Counts the run, and shows it as LABEL if something is wrong with it. */
void trial_count(struct trial *trial, const struct outcome *outcome, const char *label,
		 const char *why);
/* Gives each line of standard input to TAKE, who may change it; false if one of those was. */
bool trial_each(bool (*take)(void *context, char *line), void *context);

_Noreturn void trial_fail(const char *what);

#endif

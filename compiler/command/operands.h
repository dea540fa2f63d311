/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OPERANDS_H
#define WEIPSEC_OPERANDS_H

#include "compiler/compilation/project.h"

#include <stdbool.h>
#include <stddef.h>

/* A file to check, or what is to be said in its place. */
struct operand {
	char *path;	  /* what it is called */
	bool is_standard; /* it is standard input */
	int error;     /* errno: it cannot be read */
	bool found;    /* in a folder, not named */
	bool is_empty; /* a folder that was named, and has no file */
	const struct project *project; /* of that: its project file, or NULL */
	bool is_excluded; /* standard input whose name a project file excludes */
	bool is_checked;  /* set by whoever did so */
	struct project_outcome *outcome; /* NULL: operands_judge() was not called */
	char *name;			 /* from its project's folder, or NULL */
	size_t word;	 /* which of the words it comes from */
};

/* The files that the operands of a command mean, in order: folders are walked (files.h). */
struct operands {
	struct operand *list;
	size_t count;
	size_t room;
	char **words; /* of the command line */
	const char *standard; /* what `-' is called, or NULL */
	struct projects *projects; /* or NULL: there are none */
	bool has_walked; /* one of them is a folder */
	bool has_failed;
};

/*
 * Collects what the COUNT WORDS, which outlive it, mean, with `standard' and `projects' set, or
 * NULL.  False without memory, or if these failed.
 */
bool operands_collect(struct operands *operands, int count, char **words);
/* Finds the outcome of each of them.  False if PROJECTS failed. */
bool operands_judge(struct operands *operands);
void operands_free(struct operands *operands);

/*
 * Complains of OPERAND on standard error if there is something to say.  Returns what becomes of
 * STATUS: a file that cannot be read is EXIT_FAILED, and so is a folder without one.
 */
int operand_complain(const struct operand *operand, int status);
/* The same for folders with files of which none was checked, once that is known. */
int operands_complain(const struct operands *operands, int status);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PROJECT_PARTS_H
#define WEIPSEC_PROJECT_PARTS_H

#include "compiler/compilation/project.h"
#include "compiler/compilation/project_text.h"

/* What finding a project file (project.c) and what it says (project_outcome.c) share. */

#define PROJECT_BUCKETS 1024

/* A folder that was looked at, and the project file that holds in it. */
struct folder {
	struct folder *next;
	const char *path;
	struct project *project;
};

/* What was opened for the files of a project. */
struct opened {
	struct opened *next;
	const char *path;
	struct pki *pki;
	struct device *device;
};

struct distrusted {
	struct distrusted *next;
	const char *line; /* what is told of it */
};

struct projects {
	struct arena *arena;
	struct project_asked asked;
	struct project *list;
	struct folder *folders[PROJECT_BUCKETS];
	struct project_outcome *outcomes;
	struct opened *opened;
	struct distrusted *distrusted, **last_distrusted;
	char *here; /* the current folder, without links */
	char *given, *real; /* the folder of the file that was asked for last, and what it is */
	const char *error;
	int status;
};

/* Keeps what went wrong: the first stays. */
void projects_fail(struct projects *projects, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* PATH as people are told of it: from the current folder if it is below that. */
const char *projects_told(const struct projects *projects, const char *path);
/* What ERROR, of below_read(), means. */
const char *projects_reason(int error);
/*
 * What holds for files of PROJECT, which may be NULL, that are covered by the MATCHED of its
 * sections.  NULL if that cannot be told.
 */
struct project_outcome *project_outcome_of(struct projects *projects, struct project *project,
					   const bool *matched);

#endif

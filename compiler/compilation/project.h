/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PROJECT_H
#define WEIPSEC_PROJECT_H

#include "compiler/base/arena.h"
#include "compiler/finding/fingerprint.h"
#include "compiler/report/report.h"
#include "compiler/rules/surroundings.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Project files, `.weipsec' (docs/project.md): what they say of a file, and what a command line
 * says over it.  projects_find() is all that a command needs of them.
 */

/* What a command line, the head of a project file or a section of it can say of a file. */
struct project_words {
	enum report_override overrides[RULE_COUNT];
	int fail_on;		       /* as of struct report_policy, or PROJECT_UNSAID */
	int dialect;		       /* enum dialect, -1: auto, or PROJECT_UNSAID */
	const struct profile *profile; /* NULL: unsaid */
	const char *pki, *device; /* of a project file: absolute paths; NULL: unsaid */
};

#define PROJECT_UNSAID (-2)

void project_words_init(struct project_words *words);

/* What a command was asked for. */
struct project_asked {
	struct project_words words;	  /* of its options */
	struct report_policy policy;	  /* the rest of it */
	struct surroundings surroundings; /* the rest: also a PKI and a device, if it opened them */
	bool has_no_project;		  /* --no-project */
	int64_t now; /* for certificates: seconds since 1970; below 0: nobody knows */
};

/* One project file. */
struct project {
	struct project *next;
	const char *path;   /* as it is told */
	unsigned indent;    /* 0: unsaid */
	const char *refused; /* IDs of rules that it silences in vain, or NULL */
	const char *baseline_path; /* or NULL */
	struct fingerprints baseline;
	size_t hushed;	 /* findings that it silenced or lowered: counted by whoever reports */
	size_t excluded; /* files and folders that a walk left out for it */
	struct project_text *text;
};

/* All that is known beside a file. */
struct project_outcome {
	struct project_outcome *next;
	struct project *project; /* NULL: there is none for it */
	struct report_policy policy;
	struct surroundings surroundings;
	bool *matched; /* of each section */
};

/*
 * What was said of files elsewhere: by WORDS of PROJECT, or if that is NULL by nobody, under what
 * is ASKED here.  From ARENA; NULL without memory.
 */
struct project_outcome *project_outcome_elsewhere(struct arena *arena,
						  const struct project_asked *asked,
						  struct project *project,
						  const struct project_words *words);
/* A project file that was read elsewhere, as PATH; its baseline is yet to be filled. */
struct project *project_elsewhere(struct arena *arena, const char *path);

struct projects;

/* None is read yet; ASKED is copied.  NULL without memory. */
struct projects *projects_new(const struct project_asked *asked);
void projects_free(struct projects *projects);

/*
 * What holds for the file PATH, which need not exist: of the project file that is next to it or
 * above it, and of what was asked.  It is PROJECTS', and the same for files that have the same.
 * *NAME, from malloc(), becomes its path from the project file's folder, or NULL.  NULL if that
 * cannot be told: projects_error().
 */
struct project_outcome *projects_find(struct projects *projects, const char *path, char **name);
/* The project file for PATH alone, or NULL. */
struct project *projects_look(struct projects *projects, const char *path);
/* Does a walk take the file PATH, or go down into the folder? */
bool projects_take(struct projects *projects, const char *path, bool is_folder);
/* Does the project file for PATH, if there is one, exclude it? */
bool projects_exclude(struct projects *projects, const char *path);

/* The first thing that went wrong, whole lines; *STATUS is that of the program.  NULL: nothing. */
const char *projects_error(const struct projects *projects, int *status);
/*
 * What people are told of PROJECT: what it says in vain, and what it silenced, lowered and left
 * out.  NULL: nothing, or no memory.
 */
const char *project_vain(const struct project *project);
const char *project_done(const struct project *project);
/* All that were read, as a list. */
struct project *projects_list(const struct projects *projects);
/* Gets PATH, a project file or what one names: a file, or the folder of a PKI. */
typedef void project_input(void *context, const char *path, bool is_pki);
/* Gives TAKE each project file that was read, and all that they name. */
void projects_inputs(const struct projects *projects, project_input *take, void *context);
/* What people are told of files that others could have written: the Ith line, or NULL. */
const char *projects_distrusted(const struct projects *projects, size_t i);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PROJECT_TEXT_H
#define WEIPSEC_PROJECT_TEXT_H

#include "compiler/base/arena.h"
#include "compiler/base/text.h"
#include "compiler/compilation/project.h"

/* Longer ones are refused. */
#define PROJECT_MAX ((size_t)64 << 10)

struct project_glob {
	struct project_glob *next;
	struct slice pattern;
};

/* What is said of files: of all in the head, else of those that GLOB covers. */
struct project_section {
	struct project_section *next;
	struct slice glob; /* empty: the head */
	struct project_words words;
};

/* What stands in a project file. */
struct project_text {
	struct arena *arena;
	const char *folder; /* that it is in, without links */
	struct project_section *head, **last;
	size_t sections; /* the head counted */
	struct project_glob *files, **last_file;
	struct project_glob *exclude, **last_exclude;
	const char *baseline; /* an absolute path, or NULL */
	unsigned indent;
	/* what is wrong with a line, or NULL; nothing of the line is in it */
	const char *error;
	struct place at;
};

/*
 * Reads the SIZE BYTES of a project file into *TEXT, whose `arena', which has all of it, and
 * `folder' are set.  False without memory, or with an `error'.
 */
bool project_text_read(struct project_text *text, const char *bytes, size_t size);

#endif

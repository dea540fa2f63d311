/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COMPILATION_H
#define WEIPSEC_COMPILATION_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "compiler/rules/surroundings.h"

/*
 * Memory that one compilation after another uses again: anew each time it would come from the
 * kernel page by page, and several threads would wait for each other there.  Zeroed it is empty.
 */
struct workspace {
	struct arena *arena;
	struct arena *secrets; /* wiped */
	struct text *text;     /* for files_read_over(); NULL while it is in use */
};

void workspace_free(struct workspace *workspace);

/* One text on its way from bytes to findings and model; everything in it is freed at once. */
struct compilation {
	struct arena *arena;
	struct arena *secrets; /* wiped */
	struct text *text;
	struct findings findings;
	struct model *model;
	struct workspace *workspace; /* where the memory came from, or NULL */
};

/*
 * Reads, lowers and checks TEXT in its SURROUNDINGS, and owns it from now on, also on failure.
 * NULL without memory.
 */
struct compilation *compilation_new(struct text *text, const struct surroundings *surroundings);
/* The same with memory of WORKSPACE, which outlives it and serves one at a time, or NULL. */
struct compilation *compilation_new_in(struct workspace *workspace, struct text *text,
				       const struct surroundings *surroundings);
void compilation_free(struct compilation *compilation);

#endif

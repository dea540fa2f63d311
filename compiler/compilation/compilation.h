/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COMPILATION_H
#define WEIPSEC_COMPILATION_H

#include "compiler/agent/agent.h"
#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "compiler/rules/surroundings.h"

/*
 * Memory that one text after another uses again: anew each time it would come from the kernel page
 * by page, and several threads would wait for each other there.  Zeroed it is empty.
 */
struct workspace {
	struct arena *arena;
	struct arena *secrets; /* wiped */
	struct text *text;     /* for files_read_over(); NULL while it is in use */
};

void workspace_free(struct workspace *workspace);

/*
 * One text, or document of agent configuration, on its way from bytes to findings and model;
 * everything in it is freed at once.
 */
struct compilation {
	struct arena *arena;
	struct arena *secrets; /* wiped */
	struct text *text;
	struct findings findings;
	struct model *model; /* NULL of a document that could not be read */
	/* has read a document, and owns what the above point to; NULL of a text */
	struct agent *agent;
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
/*
 * The same of TEXT that is a document, read with READ and judged by the rules on meaning.  What
 * they warn of is not said of a document, and of their errors the first is.
 */
struct compilation *compilation_new_agent(struct text *text, agent_reader *read);
void compilation_free(struct compilation *compilation);

/* True if nothing may be made of it: there is an error among the findings, or it is no document. */
bool compilation_is_refused(const struct compilation *compilation);

#endif

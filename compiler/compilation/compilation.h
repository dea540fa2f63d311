/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COMPILATION_H
#define WEIPSEC_COMPILATION_H

#include "compiler/agent/agent.h"
#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "compiler/rules/surroundings.h"

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
	struct agent *agent; /* has read a document, and owns what the above point to; NULL of a text */
};

/*
 * Reads, lowers and checks TEXT in its SURROUNDINGS, and owns it from now on, also on failure.
 * NULL without memory.
 */
struct compilation *compilation_new(struct text *text, const struct surroundings *surroundings);
/*
 * The same of TEXT that is a document, read with READ and judged by the rules on meaning.  What they
 * warn of is not said of a document, and of their errors the first is.
 */
struct compilation *compilation_new_agent(struct text *text, agent_reader *read);
void compilation_free(struct compilation *compilation);

/* True if nothing may be made of it: there is an error among the findings, or it is no document. */
bool compilation_is_refused(const struct compilation *compilation);

#endif

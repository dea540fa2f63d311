/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AGENT_PLACE_H
#define WEIPSEC_AGENT_PLACE_H

#include "compiler/agent/agent.h"

/*
 * Looks over the document before a library reads it: its size, its bytes (UTF-8, no NUL), how deep
 * it is and how much it has in it, and that it has no document type, whose entities could grow
 * without end.  False with the error; true says nothing about whether it is well-formed.
 */
bool agent_place_check(struct agent *agent);

/* Gives an error that has no line yet that of PATH (as for agent_leaf(), or "") in the tunnel. */
void agent_place(struct agent *agent, const char *path);

/*
 * Gives the tunnels of a document that was read their spans in it: empty ones, where a tunnel or a
 * setting begins, so that nobody quotes from it.
 */
void agent_place_tunnels(struct agent *agent);

#endif

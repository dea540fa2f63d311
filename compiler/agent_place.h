/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AGENT_PLACE_H
#define WEIPSEC_AGENT_PLACE_H

#include "compiler/agent.h"

/*
 * Looks over the document before a library reads it: its size, its bytes (UTF-8, no NUL), how deep
 * it is, and that it has no document type, whose entities could grow without end.  False with the
 * error; true says nothing about whether it is well-formed.
 */
bool agent_place_check(struct agent *agent);

/* No tunnel: what stands in `ipsec' itself. */
#define AGENT_PLACE_OUTSIDE SIZE_MAX

/*
 * The line of PATH (as for agent_leaf(), or "") in the tunnel INDEX, or else the nearest to it: of its
 * container, of the tunnel, the first.  The document passed agent_place_check().
 */
uint32_t agent_place_line(struct text *text, size_t index, const char *path);

#endif

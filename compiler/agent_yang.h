/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AGENT_YANG_H
#define WEIPSEC_AGENT_YANG_H

#include "compiler/agent.h"

/* True if TEXT is meant for agent_yang_read(): XML, or JSON that begins as ours does. */
bool agent_yang_is_document(const struct text *text);

/* Reads the document with libyang, which validates it.  False with the error. */
bool agent_yang_read(struct agent *agent);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_YANG_H
#define WEIPSEC_YANG_H

#include "compiler/agent/agent.h"

/* Reads the document with libyang: an agent_reader. */
bool agent_yang_read(struct agent *agent);

#endif

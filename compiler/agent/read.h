/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AGENT_READ_H
#define WEIPSEC_AGENT_READ_H

#include "compiler/agent/agent.h"

/*
 * Reads agent configuration on a device, XML or JSON, whichever AGENT's text is.  Everything
 * counts: what the module does not have, what it has and is missing, and what is of another type is
 * an error.  False with the error and its line.
 */
bool agent_read(struct agent *agent);

/* The two of them; the text passed agent_place_check(). */
bool agent_xml_read(struct agent *agent);
bool agent_json_read(struct agent *agent);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_YANG_WRITE_H
#define WEIPSEC_YANG_WRITE_H

#include "backends/backend.h"

/* The rows of `struct backend' for agent configuration. */
bool agent_supports(const struct model *model, const struct tunnel *tunnel,
		    struct backend_refusal *refusal);
void agent_emit_xml(const struct model *model, struct output *output);
void agent_emit_json(const struct model *model, struct output *output);

#endif

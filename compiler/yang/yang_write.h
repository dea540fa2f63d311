/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_YANG_WRITE_H
#define WEIPSEC_YANG_WRITE_H

#include "backends/backend.h"

/* The rows of `struct backend' for agent configuration. */
backend_supports agent_supports;
void agent_emit_xml(const struct model *model, struct output *output);
void agent_emit_json(const struct model *model, struct output *output);

#endif

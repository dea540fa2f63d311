/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AGENT_H
#define WEIPSEC_AGENT_H

#include "backends/backend.h"

#include <libyang/libyang.h>

/* The rows of `struct backend' for agent configuration. */
bool agent_supports(const struct model *model, const struct tunnel *tunnel,
		    struct backend_refusal *refusal);
void agent_emit_xml(const struct model *model, struct output *output);
void agent_emit_json(const struct model *model, struct output *output);

/*
 * A context of libyang with the module weipsec-agent, which reads no file and logs nothing; *MODULE
 * is that module.  NULL without memory.  ly_ctx_destroy() frees it.
 */
struct ly_ctx *agent_context_new(const struct lys_module **module);

/* schemas/weipsec-agent.yang. */
extern const char agent_schema[];

/*
 * The tree of MODEL, validated against MODULE, to be freed with lyd_free_all(); the first node is
 * `ipsec'.  NULL without memory, or if libyang does not take it.
 */
struct lyd_node *agent_tree_new(const struct model *model, const struct lys_module *module);

#endif

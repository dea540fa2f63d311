/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SCHEMA_H
#define WEIPSEC_SCHEMA_H

#include <libyang/libyang.h>

/*
 * A context of libyang with the module weipsec-agent, which reads no file and logs nothing; *MODULE
 * is that module.  NULL without memory.
 */
struct ly_ctx *agent_context_new(const struct lys_module **module);
void agent_context_free(struct ly_ctx *context);

/* schemas/weipsec-agent.yang. */
extern const char agent_schema[];

#endif

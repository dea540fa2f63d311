/* SPDX-License-Identifier: ISC */
#include "compiler/yang/schema.h"

struct ly_ctx *agent_context_new(const struct lys_module **module)
{
	struct ly_ctx *context = NULL;
	struct lys_module *parsed = NULL;

	ly_log_options(LY_LOSTORE_LAST);
	if (ly_ctx_new(NULL, LY_CTX_NO_YANGLIBRARY | LY_CTX_DISABLE_SEARCHDIRS, &context))
		return NULL;
	if (lys_parse_mem(context, agent_schema, LYS_IN_YANG, &parsed)) {
		ly_ctx_destroy(context);
		return NULL;
	}
	*module = parsed;
	return context;
}

void agent_context_free(struct ly_ctx *context)
{
	ly_ctx_destroy(context);
}

/* SPDX-License-Identifier: ISC */
/*
 * The context of libyang, in the place of compiler/yang/schema.c.  To make one of the module takes
 * longer than all else that a test does, so it is made once, before the processes of the tests are,
 * and each of them has it as it was then.  Tests that go through weipsec make their own.
 */
#include "tests/goldens/context.h"

#include "compiler/yang/schema.h"

static struct ly_ctx *shared;
static const struct lys_module *shared_module;

bool context_prepare(void)
{
	ly_log_options(LY_LOSTORE_LAST);
	return !ly_ctx_new(NULL, LY_CTX_NO_YANGLIBRARY | LY_CTX_DISABLE_SEARCHDIRS, &shared) &&
	       !lys_parse_mem(shared, agent_schema, LYS_IN_YANG,
			      (struct lys_module **)&shared_module);
}

void context_finish(void)
{
	ly_ctx_destroy(shared);
	shared = NULL;
}

struct ly_ctx *agent_context_new(const struct lys_module **module)
{
	*module = shared_module;
	return shared;
}

void agent_context_free(struct ly_ctx *context)
{
	ly_err_clean(context, NULL);
}

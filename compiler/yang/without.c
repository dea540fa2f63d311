/* SPDX-License-Identifier: ISC */
/* What stands for all of this room in a build without libyang (WITH_YANG=0). */
#include "compiler/yang/yang.h"

bool agent_yang_read(struct agent *agent)
{
	return agent_fail(agent, 1, "this weipsec was built without libyang, which reads agent "
				    "configuration");
}

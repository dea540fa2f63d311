/* SPDX-License-Identifier: ISC */
#include "runtime/agent.h"

#include "compiler/agent_place.h"

bool agent_read(struct agent *agent)
{
	if (!agent_place_check(agent))
		return false;
	return agent_is_xml(agent->text) ? agent_xml_read(agent) : agent_json_read(agent);
}

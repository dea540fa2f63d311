/* SPDX-License-Identifier: ISC */
#include "compiler/agent/read.h"

#include "compiler/agent/place.h"

bool agent_read(struct agent *agent)
{
	uint32_t at;

	if (!agent_place_check(agent))
		return false;
	if (!agent_is_xml(agent->text) && !text_is_json(agent->text, &at))
		return agent_fail(agent, 1, "this is neither XML nor JSON");
	return agent_is_xml(agent->text) ? agent_xml_read(agent) : agent_json_read(agent);
}

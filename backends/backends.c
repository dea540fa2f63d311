/* SPDX-License-Identifier: ISC */
#include "backends/agent.h"
#include "backends/backend.h"
#include "backends/swanctl.h"

#include <string.h>

const struct backend backends[] = {
    {"swanctl", "swanctl.conf for strongSwan 5.9.8 and later", swanctl_supports, swanctl_emit,
     NULL},
    {"agent", "configuration for weipsec's own runtime", agent_supports, agent_emit_xml,
     agent_emit_json},
    {.name = NULL},
};

const struct backend *backend_find(const char *name)
{
	for (const struct backend *backend = backends; backend->name; backend++) {
		if (strcmp(backend->name, name) == 0)
			return backend;
	}
	return NULL;
}

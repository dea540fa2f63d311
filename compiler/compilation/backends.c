/* SPDX-License-Identifier: ISC */
#include "compiler/compilation/backends.h"

#include "backends/swanctl.h"
#include "backends/xfrm.h"
#include "compiler/yang/yang_write.h"

#include <string.h>

const struct backend backends[] = {
    {.name = "swanctl",
     .summary = "swanctl.conf for strongSwan 5.9.8 and later",
     .supports = swanctl_supports,
     .emit = swanctl_emit},
    {.name = "xfrm",
     .summary = "a script of IPsec policies for Linux 5.9 and later",
     .takes_keys = true,
     .supports = xfrm_supports,
     .emit = xfrm_emit},
#ifndef WITHOUT_YANG
    {.name = "agent",
     .summary = "configuration for weipsec's own runtime",
     .supports = agent_supports,
     .emit = agent_emit_xml,
     .emit_json = agent_emit_json},
#endif
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

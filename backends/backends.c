/* SPDX-License-Identifier: ISC */
#include "backends/backend.h"
#include "backends/swanctl.h"

#include <string.h>

const struct backend backends[] = {
    {"swanctl", "swanctl.conf for strongSwan 5.9.8 and later", swanctl_supports, swanctl_emit},
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

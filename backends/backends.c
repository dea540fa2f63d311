/* SPDX-License-Identifier: ISC */
#include "backends/backend.h"
#include "backends/swanctl.h"
#include "backends/xfrm.h"

#include <stdarg.h>
#include <stdio.h>
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

bool backend_refuse(struct backend_refusal *refusal, const struct tunnel *tunnel,
		    enum option option, const char *format, ...)
{
	const struct origin *from = &tunnel->from[option];
	va_list args;

	refusal->at = from->state == ORIGIN_DEFAULT	  ? tunnel->header
		      : from->value.to > from->value.from ? from->value
							  : from->name;
	va_start(args, format);
	vsnprintf(refusal->message, sizeof(refusal->message), format, args);
	va_end(args);
	return false;
}

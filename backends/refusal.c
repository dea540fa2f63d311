/* SPDX-License-Identifier: ISC */
#include "backends/backend.h"

#include <stdarg.h>
#include <stdio.h>

bool backend_refuse(struct backend_refusal *refusal, const struct tunnel *tunnel,
		    enum setting setting, const char *format, ...)
{
	const struct origin *from = tunnel_origin(tunnel, setting);
	va_list args;

	refusal->at = tunnel_state(tunnel, setting) == ORIGIN_DEFAULT ? tunnel->header
		      : from->value.to > from->value.from ? from->value
							  : from->name;
	va_start(args, format);
	vsnprintf(refusal->message, sizeof(refusal->message), format, args);
	va_end(args);
	return false;
}

bool backend_takes_dialect(const struct tunnel *tunnel, struct backend_refusal *refusal)
{
	refusal->at = tunnel->header;
	snprintf(refusal->message, sizeof(refusal->message),
		 "this is a tunnel of WeOS 4: 'weipsec migrate' makes one of WeOS 5 of it");
	return !tunnel->weos4;
}

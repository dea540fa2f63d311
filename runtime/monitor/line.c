/* SPDX-License-Identifier: ISC */
#include "runtime/monitor/line.h"

#include <stdarg.h>
#include <stdio.h>

void packet_line_add(struct packet_line *line, const char *format, ...)
{
	size_t room = sizeof(line->text) - line->length;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line->text + line->length, room, format, args);
	va_end(args);
	if (length > 0)
		line->length += (size_t)length < room ? (size_t)length : room - 1;
}

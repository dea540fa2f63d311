/* SPDX-License-Identifier: ISC */
#include "runtime/supervise/voice.h"

#include <stdarg.h>
#include <stdio.h>

void voice_say(voice_line *voice, const char *format, ...)
{
	char line[700];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	voice(line);
}

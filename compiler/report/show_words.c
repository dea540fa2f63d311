/* SPDX-License-Identifier: ISC */
#include "compiler/report/show_words.h"

#include "compiler/base/printable.h"
#include "compiler/finding/mask.h"

#include <stdarg.h>
#include <string.h>

void show_printf(struct show *show, const char *format, ...)
{
	size_t used = strlen(show->value);
	va_list args;

	va_start(args, format);
	vsnprintf(show->value + used, sizeof(show->value) - used, format, args);
	va_end(args);
}

void show_bytes(struct show *show, struct slice bytes)
{
	size_t used = strlen(show->value);

	if (show->masked)
		show_printf(show, SHOW_SECRET);
	else if (used + 8 <= sizeof(show->value))
		printable_copy(show->value + used, sizeof(show->value) - used, bytes);
}

/* 5400 is `1h 30m'. */
void show_duration(struct show *show, uint32_t seconds)
{
	static const struct {
		uint32_t seconds;
		char unit;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (seconds >= units[i].seconds)
			show_printf(show, "%s%u%c", *show->value ? " " : "",
				    seconds / units[i].seconds, units[i].unit);
		seconds %= units[i].seconds;
	}
}

void show_remark(struct show *show, const char *format, ...)
{
	size_t used = strlen(show->remark);
	va_list args;

	if (used)
		used += (size_t)snprintf(show->remark + used, sizeof(show->remark) - used, "; ");
	va_start(args, format);
	vsnprintf(show->remark + used, sizeof(show->remark) - used, format, args);
	va_end(args);
}

bool show_may_tell(struct text *text, const struct origin *from)
{
	struct span line = text_line(text, text_place(text, from->name.from).line);
	struct mask mask;

	mask_read(&mask, text, text_slice(text, line));
	return mask_shows(&mask,
			  (struct span){from->value.from - line.from, from->value.to - line.from});
}

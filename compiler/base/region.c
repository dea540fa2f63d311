/* SPDX-License-Identifier: ISC */
#include "compiler/base/region.h"

/* A line could be the whole file, and a thousand findings point at it: WI117 says so. */
static struct place place_of(struct text *text, uint32_t offset)
{
	struct place place = text_place(text, offset);
	struct slice line = {text->bytes + offset - (place.column - 1), place.column - 1};
	size_t mark = place.line == 1 ? text_bom(text) : 0;

	place.column = 0;
	if (line.length > TEXT_LINE_MAX)
		return place;
	if (mark > line.length)
		mark = line.length;
	for (size_t at = mark; at < line.length; place.column++) {
		uint32_t code;
		size_t length = utf8_length(line.at + at, line.length - at, &code);

		at += length ? length : 1;
	}
	place.column++;
	return place;
}

struct region region_of(struct text *text, struct span at)
{
	return (struct region){place_of(text, at.from), place_of(text, at.to)};
}

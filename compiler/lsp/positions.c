/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/positions.h"

#include "compiler/base/json.h"
#include "compiler/lsp/rpc.h"

/* The first character that is a pair of units in UTF-16. */
#define FIRST_PAIR 0x10000

/* The length of the character at AT of LINE in bytes, and in UNITS of ENCODING. */
static size_t step(struct slice line, size_t at, enum encoding encoding, size_t *units)
{
	uint32_t code = 0;
	size_t length = utf8_length(line.at + at, line.length - at, &code);

	if (!length)
		length = 1;
	*units = encoding == ENCODING_UTF8 ? length : code >= FIRST_PAIR ? 2 : 1;
	return length;
}

static size_t count_units(struct slice line, enum encoding encoding)
{
	size_t count = 0, units;

	if (encoding == ENCODING_UTF8)
		return line.length;
	for (size_t at = 0; at < line.length; count += units)
		at += step(line, at, encoding, &units);
	return count;
}

json_t *position_json(struct text *text, enum encoding encoding, uint32_t offset)
{
	struct place place = text_place(text, offset);
	struct slice before = {text->bytes + offset - (place.column - 1), place.column - 1};
	json_t *position = json_object();

	json_put_integer(&position, "line", place.line - 1);
	json_put_integer(&position, "character", count_units(before, encoding));
	return position;
}

json_t *range_json(struct text *text, enum encoding encoding, struct span at)
{
	json_t *range = json_object();

	json_put(&range, "start", position_json(text, encoding, at.from));
	json_put(&range, "end", position_json(text, encoding, at.to));
	return range;
}

static uint32_t offset_of(struct text *text, enum encoding encoding, json_int_t line,
			  json_int_t character)
{
	uint32_t last = text_place(text, (uint32_t)text->size).line;
	struct span span;
	struct slice slice;
	size_t at = 0, units;

	if (line >= (json_int_t)last)
		return (uint32_t)text->size;
	span = text_line(text, (uint32_t)line + 1);
	slice = text_slice(text, span);
	while (at < slice.length && character > 0) {
		size_t length = step(slice, at, encoding, &units);

		if ((json_int_t)units > character)
			break;
		character -= (json_int_t)units;
		at += length;
	}
	return span.from + (uint32_t)at;
}

bool position_read(struct text *text, enum encoding encoding, const json_t *position,
		   uint32_t *offset)
{
	json_int_t line = rpc_number(position, "line");
	json_int_t character = rpc_number(position, "character");

	if (line < 0 || character < 0)
		return false;
	*offset = offset_of(text, encoding, line, character);
	return true;
}

bool range_read(struct text *text, enum encoding encoding, const json_t *range, struct span *at)
{
	if (!position_read(text, encoding, rpc_at(range, "start"), &at->from) ||
	    !position_read(text, encoding, rpc_at(range, "end"), &at->to))
		return false;
	return at->from <= at->to;
}

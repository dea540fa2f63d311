/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_POSITIONS_H
#define WEIPSEC_POSITIONS_H

#include "compiler/base/text.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * Places as editors count them: lines and characters from 0, characters in units of UTF-16 or bytes
 * of UTF-8.  A line ends with a line feed: editors that take a carriage return alone for an end
 * write another one in its place before they show or send the text.
 */
enum encoding { ENCODING_UTF16, ENCODING_UTF8 };

/* OFFSET of TEXT, and AT, as JSON; NULL without memory. */
json_t *position_json(struct text *text, enum encoding encoding, uint32_t offset);
json_t *range_json(struct text *text, enum encoding encoding, struct span at);

/*
 * Where POSITION is in TEXT: past the end of a line it is there, past the last line at the end.
 * False if it is no position.
 */
bool position_read(struct text *text, enum encoding encoding, const json_t *position,
		   uint32_t *offset);
/* The same of a range; one that ends before it begins is empty. */
bool range_read(struct text *text, enum encoding encoding, const json_t *range, struct span *at);

#endif

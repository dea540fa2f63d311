/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/framing.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROOM_LEAST ((size_t)4096)

static const char length_word[] = "Content-Length:";

bool framing_add(struct framing *framing, struct slice bytes)
{
	size_t left = framing->to - framing->from;
	size_t room = framing->room ? framing->room : ROOM_LEAST;
	char *grown;

	if (!bytes.length)
		return true;
	if (framing->from)
		memmove(framing->bytes, framing->bytes + framing->from, left);
	framing->from = 0;
	framing->to = left;
	while (room - left < bytes.length)
		room *= 2;
	if (room > framing->room) {
		grown = realloc(framing->bytes, room);
		if (!grown)
			return false;
		framing->bytes = grown;
		framing->room = room;
	}
	memcpy(framing->bytes + left, bytes.at, bytes.length);
	framing->to += bytes.length;
	return true;
}

void framing_free(struct framing *framing)
{
	/* texts have secrets */
	if (framing->bytes)
		explicit_bzero(framing->bytes, framing->room);
	free(framing->bytes);
	*framing = (struct framing){.bytes = NULL};
}

static struct slice left_of(const struct framing *framing)
{
	return (struct slice){framing->bytes + framing->from, framing->to - framing->from};
}

/* Drops what belongs to a message that is passed over; false if more of it has to come. */
static bool pass_over(struct framing *framing)
{
	size_t count = framing->to - framing->from;

	if (count > framing->passed_over)
		count = framing->passed_over;
	framing->from += count;
	framing->passed_over -= count;
	return framing->passed_over == 0;
}

/* Goes to the next word that begins a header; false if it has to come first. */
static bool find_header(struct framing *framing)
{
	struct slice left = left_of(framing), word = {length_word, sizeof(length_word) - 1};
	const char *found = slice_find_nocase(left, word);

	if (found)
		framing->from += (size_t)(found - left.at);
	else if (left.length >= word.length)
		framing->from = framing->to - (word.length - 1);
	framing->is_lost = !found;
	return found;
}

/* The number that VALUE is, blanks around it, or -1; what is far too large stays that. */
static long long read_length(struct slice value)
{
	long long length = 0;
	size_t digits = 0;

	while (value.length && (value.at[0] == ' ' || value.at[0] == '\t'))
		value = slice_cut(value, 1);
	while (value.length && strchr(" \t\r", value.at[value.length - 1]))
		value.length--;
	for (; digits < value.length; digits++) {
		char digit = value.at[digits];

		if (digit < '0' || digit > '9')
			return -1;
		if (length < (1LL << 40))
			length = 10 * length + (digit - '0');
	}
	return digits ? length : -1;
}

/* The length that HEADERS give, or -1; the last one counts. */
static long long length_of(struct slice headers)
{
	const size_t word = sizeof(length_word) - 1;
	struct slice line = headers, rest = headers;
	long long length = -1;

	while (slice_split(rest, '\n', &line, &rest)) {
		if (line.length > word && strncasecmp(line.at, length_word, word) == 0)
			length = read_length(slice_cut(line, word));
	}
	return length;
}

/* The headers in LEFT up to the empty line, which is in them; 0 if that has to come first. */
static size_t headers_length(struct slice left)
{
	const char *at = left.at, *end = left.at + left.length;

	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		if (at < end && *at == '\n')
			return (size_t)(at + 1 - left.at);
		if (at + 1 < end && at[0] == '\r' && at[1] == '\n')
			return (size_t)(at + 2 - left.at);
	}
	return 0;
}

static enum framing_found lose(struct framing *framing, size_t count)
{
	framing->from += count;
	framing->is_lost = true;
	return FRAMING_BROKEN;
}

enum framing_found framing_next(struct framing *framing, struct slice *message)
{
	struct slice left;
	size_t headers;
	long long length;

	if (!framing->bytes || !pass_over(framing) || (framing->is_lost && !find_header(framing)))
		return FRAMING_NOTHING;
	left = left_of(framing);
	headers = left.length ? headers_length(left) : 0;
	if (!headers)
		return left.length > FRAMING_HEADER_MAX ? lose(framing, 1) : FRAMING_NOTHING;
	length = headers > FRAMING_HEADER_MAX ? -1 : length_of((struct slice){left.at, headers});
	if (length < 0)
		return lose(framing, 1);
	if ((unsigned long long)length > FRAMING_MESSAGE_MAX) {
		framing->from += headers;
		framing->passed_over = (size_t)length;
		return FRAMING_LARGE;
	}
	if (left.length - headers < (size_t)length)
		return FRAMING_NOTHING;
	*message = (struct slice){left.at + headers, (size_t)length};
	framing->from += headers + (size_t)length;
	return FRAMING_MESSAGE;
}

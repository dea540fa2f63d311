/* SPDX-License-Identifier: ISC */
#include "compiler/base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A newline for the last line's sake, and the two NULs that end a flex buffer. */
static const char TAIL[3] = {'\n', '\0', '\0'};

struct text *text_adopt(const char *name, char *bytes, size_t size)
{
	struct text *text = calloc(1, sizeof(*text));

	if (!text) {
		explicit_bzero(bytes, size);
		free(bytes);
		return NULL;
	}
	memcpy(bytes + size, TAIL, sizeof(TAIL));
	text->name = name;
	text->bytes = bytes;
	text->size = size;
	text->room = size;
	return text;
}

struct text *text_new(const char *name, const char *bytes, size_t size)
{
	char *copy = malloc(size + sizeof(TAIL));

	if (!copy)
		return NULL;
	if (size)
		memcpy(copy, bytes, size);
	return text_adopt(name, copy, size);
}

char *text_release(struct text *text, size_t *room)
{
	char *bytes;

	*room = 0;
	if (!text)
		return NULL;
	bytes = text->bytes;
	*room = text->room;
	explicit_bzero(bytes, text->size);
	free(text->lines);
	free(text);
	return bytes;
}

void text_free(struct text *text)
{
	size_t room;

	free(text_release(text, &room));
}

size_t text_bom(const struct text *text)
{
	static const char bom[] = {'\xef', '\xbb', '\xbf'};

	return text->size >= sizeof(bom) && memcmp(text->bytes, bom, sizeof(bom)) == 0 ? sizeof(bom)
										       : 0;
}

int text_is_json(const struct text *text, uint32_t *at)
{
	static const char blanks[] = " \t\r\n";
	size_t from = text_bom(text);
	const char *first;

	from += strspn(text->bytes + from, blanks);
	*at = (uint32_t)from;
	if (text->bytes[from] != '[')
		return text->bytes[from] == '{';
	/* `[section]' is how the *.cfg of many other programs begin */
	first = text->bytes + from + 1;
	first += strspn(first, blanks);
	return *first && strchr("{[]\"-0123456789", *first) != NULL;
}

int text_is_xml(const struct text *text, uint32_t *at)
{
	size_t from = text_bom(text);
	char next;

	from += strspn(text->bytes + from, " \t\r\n");
	*at = (uint32_t)from;
	if (from >= text->size || text->bytes[from] != '<')
		return 0;
	next = text->bytes[from + 1];
	return next == '?' || next == '!' || (next >= 'a' && next <= 'z') ||
	       (next >= 'A' && next <= 'Z') || next == '_';
}

/* The byte that is the low half of the character at I: 0 or 1; -1 if this is no UTF-16. */
static int utf16_low(const struct text *text)
{
	const char *at = text->bytes;

	if (text->size < 4)
		return -1;
	if (memcmp(at, "\xff\xfe", 2) == 0)
		return 0;
	if (memcmp(at, "\xfe\xff", 2) == 0)
		return 1;
	if (at[0] && !at[1] && at[2] && !at[3])
		return 0;
	return !at[0] && at[1] && !at[2] && at[3] ? 1 : -1;
}

int text_is_utf16(const struct text *text)
{
	return utf16_low(text) >= 0;
}

/* The character at *AT of TEXT, which *AT goes behind. */
static uint32_t utf16_next(const struct text *text, size_t *at, size_t low)
{
	const unsigned char *bytes = (const unsigned char *)text->bytes;
	uint32_t code = bytes[*at + low] | (uint32_t)bytes[*at + !low] << 8, trail;

	*at += 2;
	if (code >> 11 != 0x1b)
		return code;
	if (code >= 0xdc00 || *at + 2 > text->size)
		return 0xfffd;
	trail = bytes[*at + low] | (uint32_t)bytes[*at + !low] << 8;
	if (trail >> 10 != 0x37)
		return 0xfffd;
	*at += 2;
	return 0x10000 + ((code & 0x3ff) << 10 | (trail & 0x3ff));
}

/* CODE in UTF-8 at OUT: its length. */
static size_t utf8_put(char *out, uint32_t code)
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = length; i-- > 1; code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(leads[length] | code);
	return length;
}

struct text *text_from_utf16(const struct text *text)
{
	size_t low = (size_t)utf16_low(text);
	char *bytes = malloc(text->size / 2 * 3 + sizeof(TAIL));
	size_t size = 0;

	if (!bytes)
		return NULL;
	for (size_t at = 0; at + 2 <= text->size;)
		size += utf8_put(bytes + size, utf16_next(text, &at, low));
	return text_adopt(text->name, bytes, size);
}

struct slice text_slice(const struct text *text, struct span span)
{
	return (struct slice){text->bytes + span.from, span.to - span.from};
}

/* Makes room for twice as many lines; false without memory, and the index is gone. */
static bool index_grow(struct text *text, uint32_t *room)
{
	uint32_t *lines = reallocarray(text->lines, (size_t)*room * 2, sizeof(*lines));

	if (!lines) {
		free(text->lines);
		text->lines = NULL;
		return false;
	}
	text->lines = lines;
	*room *= 2;
	return true;
}

/* Without memory the index stays away.  Most texts have no shorter lines than the first guess. */
static void index_lines(struct text *text)
{
	const char *end = text->bytes + text->size;
	const char *at = text->bytes;
	uint32_t room = (uint32_t)(text->size / 32) + 8;
	uint32_t n = 0;

	if (!index_grow(text, &room))
		return;
	text->lines[n++] = 0;
	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		if (n == room && !index_grow(text, &room))
			return;
		at++;
		text->lines[n++] = (uint32_t)(at - text->bytes);
	}
	text->line_count = n;
}

/* Without memory for the index. */
static struct place place_by_counting(const struct text *text, uint32_t offset)
{
	const char *end = text->bytes + offset;
	const char *line = text->bytes;
	const char *at = line;
	struct place place = {.line = 1};

	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		line = ++at;
		place.line++;
	}
	place.column = (uint32_t)(end - line) + 1;
	if (text->numbers)
		place.line = text->numbers[place.line - 1];
	return place;
}

struct place text_place(struct text *text, uint32_t offset)
{
	uint32_t low = 0, high;

	if (!text->lines)
		index_lines(text);
	if (!text->lines)
		return place_by_counting(text, offset);
	high = text->line_count;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (text->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return (struct place){text->numbers ? text->numbers[low] : low + 1,
			      offset - text->lines[low] + 1};
}

/* Which line of TEXT, from 1, counts as LINE; one that is not there: any. */
static uint32_t line_index(const struct text *text, uint32_t line)
{
	uint32_t low = 0, high = text->line_count;

	if (!text->numbers)
		return line;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (text->numbers[middle] <= line)
			low = middle;
		else
			high = middle;
	}
	return low + 1;
}

struct span text_line(struct text *text, uint32_t line)
{
	const char *start, *end;
	uint32_t from, to;

	if (!text->lines)
		index_lines(text);
	line = line_index(text, line);
	from = text->lines && line <= text->line_count ? text->lines[line - 1] : 0;
	start = text->bytes + from;
	end = memchr(start, '\n', text->size + 1 - from);
	to = end ? (uint32_t)(end - text->bytes) : (uint32_t)text->size;
	if (to > from && text->bytes[to - 1] == '\r')
		to--;
	return (struct span){from, to};
}

/* Words are compared with every row of a table, and nearly all differ in the first byte. */
int slice_is(struct slice a, const char *b)
{
	for (size_t i = 0; i < a.length; i++) {
		if (!b[i] || a.at[i] != b[i])
			return 0;
	}
	return !b[a.length];
}

int slice_is_nocase(struct slice a, const char *b)
{
	return strlen(b) == a.length && strncasecmp(a.at, b, a.length) == 0;
}

struct slice slice_cut(struct slice a, size_t count)
{
	return (struct slice){a.at + count, a.length - count};
}

int slice_split(struct slice a, char mark, struct slice *first, struct slice *rest)
{
	const char *at = memchr(a.at, mark, a.length);

	if (!at)
		return 0;
	*first = (struct slice){a.at, (size_t)(at - a.at)};
	*rest = slice_cut(a, first->length + 1);
	return 1;
}

const char *slice_find_nocase(struct slice whole, struct slice part)
{
	for (size_t i = 0; part.length && i + part.length <= whole.length; i++) {
		if (((whole.at[i] ^ *part.at) & ~0x20) == 0 &&
		    strncasecmp(whole.at + i, part.at, part.length) == 0)
			return whole.at + i;
	}
	return NULL;
}

int slice_compare(struct slice a, struct slice b)
{
	size_t least = a.length < b.length ? a.length : b.length;
	int order = least ? memcmp(a.at, b.at, least) : 0;

	return order ? order : (a.length > b.length) - (a.length < b.length);
}

size_t span_behind(const struct span *spans, size_t count, size_t at)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (spans[middle].to <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t slice_hash(struct slice slice)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < slice.length; i++)
		hash = (hash ^ (unsigned char)slice.at[i]) * 16777619U;
	return hash;
}

/* Longer words are no misspelling of anything that we know. */
#define DISTANCE_WORD_MAX 31

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* The letters of WORD, a bit for each that has the same last five bits, whatever its case. */
static uint32_t letters_of(struct slice word)
{
	uint32_t letters = 0;

	for (size_t i = 0; i < word.length; i++)
		letters |= (uint32_t)1 << (word.at[i] & 31);
	return letters;
}

/* More than LIMIT edits, as far as letters tell: each edit brings or takes two of them at most. */
static int is_far(struct slice a, struct slice b, unsigned limit)
{
	return a.length > b.length + limit || b.length > a.length + limit ||
	       (unsigned)__builtin_popcount(letters_of(a) ^ letters_of(b)) > 2 * limit;
}

/* Optimal string alignment: three rows of the usual table are enough. */
unsigned slice_distance(struct slice a, struct slice b, unsigned limit)
{
	unsigned rows[3][DISTANCE_WORD_MAX + 1];
	unsigned *before = rows[0], *last = rows[1], *row = rows[2], *spare;

	if (a.length > DISTANCE_WORD_MAX || b.length > DISTANCE_WORD_MAX || is_far(a, b, limit))
		return limit + 1;
	for (size_t j = 0; j <= b.length; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= a.length; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.length; j++) {
			int differ = lower(a.at[i - 1]) != lower(b.at[j - 1]);

			row[j] = min3(last[j] + 1, row[j - 1] + 1, last[j - 1] + (unsigned)differ);
			if (i > 1 && j > 1 && lower(a.at[i - 1]) == lower(b.at[j - 2]) &&
			    lower(a.at[i - 2]) == lower(b.at[j - 1]) && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[b.length] > limit ? limit + 1 : last[b.length];
}

size_t slice_nearest(struct slice word, const struct slice *known, size_t count)
{
	size_t nearest = count;
	unsigned least = 3;

	for (size_t i = 0; i < count; i++) {
		unsigned limit = known[i].length <= 4 ? 1 : 2;
		unsigned distance = slice_distance(word, known[i], limit);

		if (distance <= limit && distance < least) {
			least = distance;
			nearest = i;
		}
	}
	return nearest;
}

int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void hex_write(const char *bytes, size_t count, char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		*hex++ = digits[(unsigned char)bytes[i] >> 4];
		*hex++ = digits[(unsigned char)bytes[i] & 15];
	}
	*hex = '\0';
}

static size_t utf8_expected(unsigned char lead, uint32_t *code)
{
	if (lead < 0x80) {
		*code = lead;
		return 1;
	}
	if (lead >= 0xc2 && lead <= 0xdf) {
		*code = lead & 0x1fU;
		return 2;
	}
	if (lead >= 0xe0 && lead <= 0xef) {
		*code = lead & 0x0fU;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		*code = lead & 0x07U;
		return 4;
	}
	return 0;
}

size_t utf8_length(const char *at, size_t length, uint32_t *code)
{
	size_t expected = length ? utf8_expected((unsigned char)*at, code) : 0;

	if (expected == 0 || expected > length)
		return 0;
	for (size_t i = 1; i < expected; i++) {
		unsigned char c = (unsigned char)at[i];

		if ((c & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (c & 0x3fU);
	}
	/* overlong forms, surrogates, beyond Unicode (RFC 3629) */
	if ((expected == 3 && *code < 0x800) || (expected == 4 && *code < 0x10000) ||
	    (*code >= 0xd800 && *code <= 0xdfff) || *code > 0x10ffff)
		return 0;
	return expected;
}

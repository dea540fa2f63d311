/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/extract.h"

#include "compiler/finding/mask.h"

#include <stdlib.h>
#include <string.h>

#define STARS "****"
#define STARS_LENGTH (sizeof(STARS) - 1)

/* How much of a line is known. */
enum knowledge {
	LINE_PLAIN, /* it is shown as it stands, but for `hidden' */
	LINE_MASKED /* mask.h has to look at it */
};

struct extract_line {
	struct span at;	    /* of the text that it comes from, without its end */
	struct span hidden; /* stands as four stars; empty: nothing */
	enum knowledge knowledge;
	uint32_t to; /* where it begins in what is made */
};

void extract_init(struct extract *extract, struct text *from, bool is_document, struct arena *arena)
{
	*extract = (struct extract){
	    .from = from, .is_document = is_document, .arena = arena, .is_sorted = true};
}

static struct span line_around(const struct text *text, uint32_t offset)
{
	const char *at = text->bytes + offset;
	const char *start = memrchr(text->bytes, '\n', offset);
	const char *end = memchr(at, '\n', text->size + 1 - offset);

	start = start ? start + 1 : text->bytes;
	if (end > start && end[-1] == '\r')
		end--;
	return (struct span){(uint32_t)(start - text->bytes), (uint32_t)(end - text->bytes)};
}

static bool has_room(struct extract *extract)
{
	size_t room = 2 * extract->room + 64;
	struct extract_line *lines;

	if (extract->count < extract->room)
		return true;
	lines = arena_alloc(extract->arena, room * sizeof(*lines));
	if (!lines)
		return false;
	if (extract->count)
		memcpy(lines, extract->lines, extract->count * sizeof(*lines));
	extract->lines = lines;
	extract->room = room;
	return true;
}

/* What two that want one line know of it. */
static void merge_lines(struct extract_line *line, const struct extract_line *other)
{
	if (other->knowledge == LINE_MASKED || line->hidden.from != other->hidden.from ||
	    line->hidden.to != other->hidden.to)
		line->knowledge = LINE_MASKED;
}

/* Settings come in the order of the table, and stand in another one in the text: not far away. */
#define STEPS_MOST 16

static void add_line(struct extract *extract, const struct extract_line *line)
{
	size_t at = extract->count, steps = 0;

	if (!has_room(extract))
		return;
	while (at && steps++ < STEPS_MOST && extract->lines[at - 1].at.from > line->at.from)
		at--;
	if (at && extract->lines[at - 1].at.from == line->at.from) {
		merge_lines(&extract->lines[at - 1], line);
		return;
	}
	if (at && extract->lines[at - 1].at.from > line->at.from) {
		extract->is_sorted = false;
		at = extract->count;
	}
	memmove(&extract->lines[at + 1], &extract->lines[at],
		(extract->count - at) * sizeof(*line));
	extract->lines[at] = *line;
	extract->count++;
}

void extract_want(struct extract *extract, uint32_t offset)
{
	const struct extract_line line = {.at = line_around(extract->from, offset),
					  .knowledge = LINE_MASKED};

	add_line(extract, &line);
}

static bool is_blank(const struct text *text, struct span at)
{
	for (uint32_t i = at.from; i < at.to; i++) {
		if (text->bytes[i] != ' ' && text->bytes[i] != '\t')
			return false;
	}
	return true;
}

void extract_want_only(struct extract *extract, struct span at, struct span value)
{
	struct extract_line line = {.at = line_around(extract->from, at.from), .hidden = value};

	if (extract->from->told_count || at.to > line.at.to ||
	    !is_blank(extract->from, (struct span){line.at.from, at.from}) ||
	    !is_blank(extract->from, (struct span){at.to, line.at.to}))
		line.knowledge = LINE_MASKED;
	add_line(extract, &line);
}

/* ---- making it ---- */

static int compare_lines(const void *a, const void *b)
{
	const struct extract_line *first = a, *second = b;

	return first->at.from < second->at.from ? -1 : first->at.from > second->at.from;
}

static void sort_lines(struct extract *extract)
{
	size_t kept = 0;

	if (extract->is_sorted)
		return;
	qsort(extract->lines, extract->count, sizeof(*extract->lines), compare_lines);
	for (size_t i = 0; i < extract->count; i++) {
		if (kept && extract->lines[kept - 1].at.from == extract->lines[i].at.from)
			merge_lines(&extract->lines[kept - 1], &extract->lines[i]);
		else
			extract->lines[kept++] = extract->lines[i];
	}
	extract->count = kept;
}

/*
 * LINE up to the byte LAST of it, masked, to OUT, or nowhere if that is NULL.  Returns how many
 * bytes that are: the place of LAST in it.
 */
static size_t write_masked(const struct extract *extract, const struct extract_line *line,
			   uint32_t last, char *out)
{
	struct slice bytes = text_slice(extract->from, line->at);
	struct mask mask;
	size_t used = 0;

	mask_read(&mask, extract->from, bytes);
	for (uint32_t at = 0; at < last;) {
		uint32_t end = mask_end(&mask, bytes, at);

		if (end > at) {
			if (out)
				memcpy(out + used, STARS, STARS_LENGTH);
			used += STARS_LENGTH;
			at = end;
			continue;
		}
		if (out)
			out[used] = bytes.at[at];
		used++;
		at++;
	}
	return used;
}

/* The same of a line of which all is known. */
static size_t write_plain(const struct extract *extract, const struct extract_line *line,
			  uint32_t last, char *out)
{
	const char *bytes = extract->from->bytes + line->at.from;
	uint32_t from = line->hidden.from - line->at.from;

	if (line->hidden.from == line->hidden.to || last <= from) {
		if (out)
			memcpy(out, bytes, last);
		return last;
	}
	if (out) {
		memcpy(out, bytes, from);
		memcpy(out + from, STARS, STARS_LENGTH);
	}
	return from + STARS_LENGTH; /* behind it are blanks alone */
}

static size_t write_line(const struct extract *extract, const struct extract_line *line,
			 uint32_t last, char *out)
{
	if (extract->is_document || line->at.to - line->at.from > TEXT_LINE_MAX) {
		if (out)
			memset(out, ' ', last);
		return last;
	}
	return line->knowledge == LINE_PLAIN ? write_plain(extract, line, last, out)
					     : write_masked(extract, line, last, out);
}

/* A word that is masked may become longer: one of a byte, with a blank behind it. */
static size_t size_most(const struct extract *extract)
{
	size_t size = 1;

	for (size_t i = 0; i < extract->count; i++)
		size += (STARS_LENGTH + 1) * (extract->lines[i].at.to - extract->lines[i].at.from) +
			STARS_LENGTH + 1;
	return size;
}

/* Numbers the lines: they are counted once, from the one before. */
static void number_lines(const struct extract *extract, uint32_t *numbers)
{
	const char *at = extract->from->bytes;
	uint32_t number = 1;

	for (size_t i = 0; i < extract->count; i++) {
		const char *line = extract->from->bytes + extract->lines[i].at.from;

		for (; (at = memchr(at, '\n', (size_t)(line - at))); at++)
			number++;
		at = line;
		numbers[i] = number;
	}
}

struct text *extract_make(struct extract *extract, const char *name, struct arena *arena)
{
	uint32_t *numbers;
	char *bytes, *fitting;
	struct text *text;
	size_t size = 0;

	sort_lines(extract);
	numbers = arena_alloc(arena, extract->count * sizeof(*numbers) + sizeof(*numbers));
	bytes = malloc(size_most(extract) + 3);
	if (!bytes || !numbers) {
		free(bytes);
		return NULL;
	}
	number_lines(extract, numbers);
	for (size_t i = 0; i < extract->count; i++) {
		struct extract_line *line = &extract->lines[i];

		if (i)
			bytes[size++] = '\n';
		line->to = (uint32_t)size;
		size += write_line(extract, line, line->at.to - line->at.from, bytes + size);
	}
	fitting = realloc(bytes, size + 3);
	text = text_adopt(name, fitting ? fitting : bytes, size);
	if (text)
		text->numbers = numbers;
	return text;
}

/* ---- places ---- */

static bool is_on(const struct extract *extract, size_t line, uint32_t offset)
{
	return line < extract->count && extract->lines[line].at.from <= offset &&
	       (line + 1 == extract->count || offset < extract->lines[line + 1].at.from);
}

static bool is_behind(const struct extract *extract, size_t line, uint32_t offset)
{
	return line < extract->count && extract->lines[line].at.from <= offset;
}

static const struct extract_line *find_line(struct extract *extract, uint32_t offset)
{
	size_t low = 0, high = extract->count, last = extract->last;

	if (is_on(extract, last, offset))
		return &extract->lines[last];
	/* one of the same tunnel, most of the time */
	if (last > STEPS_MOST && is_behind(extract, last - STEPS_MOST, offset))
		low = last - STEPS_MOST;
	if (high - last > STEPS_MOST && !is_behind(extract, last + STEPS_MOST, offset))
		high = last + STEPS_MOST;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (extract->lines[middle].at.from <= offset)
			low = middle;
		else
			high = middle;
	}
	extract->last = low;
	return &extract->lines[low];
}

static uint32_t map_offset(const struct extract *extract, const struct extract_line *line,
			   uint32_t offset)
{
	uint32_t length = line->at.to - line->at.from;
	uint32_t within = offset < line->at.from ? 0 : offset - line->at.from;

	if (within > length)
		within = length;
	return line->to + (uint32_t)write_line(extract, line, within, NULL);
}

struct span extract_map(struct extract *extract, struct span at)
{
	const struct extract_line *line;

	if (!extract->count)
		return (struct span){0, 0};
	line = find_line(extract, at.from);
	return (struct span){map_offset(extract, line, at.from), map_offset(extract, line, at.to)};
}

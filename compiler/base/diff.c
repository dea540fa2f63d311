/* SPDX-License-Identifier: ISC */
/*
 * Unified diffs.  Where both texts have as many lines, the same line stands at the same place, as
 * fixes keep it. Otherwise lines that both have once, in the order of both, are taken for the same,
 * and what is equal around them: near-linear, whatever the texts are.
 */
#include "compiler/base/diff.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CONTEXT 3
#define NO_LINE UINT32_MAX

struct diff {
	FILE *out;
	struct text *before, *after;
	uint32_t lines;	      /* of BEFORE */
	uint32_t after_lines; /* of AFTER */
	uint32_t *same; /* for each line of BEFORE the one of AFTER, or NO_LINE; and the ends */
};

/* Line LINE (from 0) with its end. */
static struct slice whole_line(const struct text *text, uint32_t line)
{
	uint32_t from = text->lines[line];
	uint32_t to = line + 1 < text->line_count ? text->lines[line + 1] : (uint32_t)text->size;

	return (struct slice){text->bytes + from, to - from};
}

static bool are_equal(const struct diff *diff, uint32_t line, uint32_t other)
{
	return slice_compare(whole_line(diff->before, line), whole_line(diff->after, other)) == 0;
}

/* ---- which lines are the same ---- */

static void match_in_place(const struct diff *diff)
{
	for (uint32_t i = 0; i < diff->lines; i++) {
		if (are_equal(diff, i, i))
			diff->same[i] = i;
	}
}

/* A line of either text, to be sorted by what it says. */
struct sortable {
	struct slice bytes;
	uint32_t line;
	bool is_after;
};

static int compare_sortables(const void *a, const void *b)
{
	const struct sortable *left = a, *right = b;
	int order = slice_compare(left->bytes, right->bytes);

	return order ? order : (left->line > right->line) - (left->line < right->line);
}

/* Lines that each text has once are the same, whatever their order. */
static void match_unique(const struct diff *diff, struct sortable *list, size_t count)
{
	qsort(list, count, sizeof(*list), compare_sortables);
	for (size_t i = 0, end; i < count; i = end) {
		end = i + 1;
		while (end < count && slice_compare(list[i].bytes, list[end].bytes) == 0)
			end++;
		if (end - i != 2 || list[i].is_after == list[i + 1].is_after)
			continue;
		diff->same[list[i + list[i].is_after].line] = list[i + !list[i].is_after].line;
	}
}

/* Of the lines that are the same those stay that make the longest sequence in the order of both. */
static bool keep_longest(const struct diff *diff)
{
	uint32_t *tails = malloc((diff->lines + 1) * sizeof(*tails));
	uint32_t *before = malloc((diff->lines + 1) * sizeof(*before));
	uint32_t length = 0, next;

	for (uint32_t i = 0; tails && before && i < diff->lines; i++) {
		uint32_t low = 0, high = length;

		if (diff->same[i] == NO_LINE)
			continue;
		while (low < high) {
			uint32_t middle = low + (high - low) / 2;

			if (diff->same[tails[middle]] < diff->same[i])
				low = middle + 1;
			else
				high = middle;
		}
		before[i] = low ? tails[low - 1] : NO_LINE;
		tails[low] = i;
		length += low == length;
	}
	next = length && tails ? tails[length - 1] : NO_LINE;
	for (uint32_t i = diff->lines; before && i-- > 0;) {
		if (i == next)
			next = before[i];
		else
			diff->same[i] = NO_LINE;
	}
	free(tails);
	free(before);
	return tails && before;
}

/* Only what keeps the order of both texts. */
static void drop_crossing(const struct diff *diff)
{
	uint32_t least = 0;

	for (uint32_t i = 0; i < diff->lines; i++) {
		if (diff->same[i] == NO_LINE)
			continue;
		if (diff->same[i] < least)
			diff->same[i] = NO_LINE;
		else
			least = diff->same[i] + 1;
	}
}

/* What is equal beside lines that are the same, or beside the ends, is the same too. */
static void extend(const struct diff *diff)
{
	uint32_t other = 0;

	for (uint32_t i = 0; i < diff->lines; i++) {
		if (diff->same[i] == NO_LINE && other < diff->after_lines &&
		    are_equal(diff, i, other))
			diff->same[i] = other;
		other = diff->same[i] == NO_LINE ? NO_LINE : diff->same[i] + 1;
	}
	drop_crossing(diff);
	other = diff->after_lines;
	for (uint32_t i = diff->lines; i-- > 0; other = diff->same[i]) {
		if (diff->same[i] == NO_LINE && other != NO_LINE && other > 0 &&
		    are_equal(diff, i, other - 1))
			diff->same[i] = other - 1;
	}
}

static bool match_moved(const struct diff *diff)
{
	size_t count = (size_t)diff->lines + diff->after_lines;
	struct sortable *list = malloc((count + 1) * sizeof(*list));
	bool done;

	if (!list)
		return false;
	for (uint32_t i = 0; i < diff->lines; i++)
		list[i] = (struct sortable){whole_line(diff->before, i), i, false};
	for (uint32_t i = 0; i < diff->after_lines; i++)
		list[diff->lines + i] = (struct sortable){whole_line(diff->after, i), i, true};
	match_unique(diff, list, count);
	free(list);
	done = keep_longest(diff);
	extend(diff);
	drop_crossing(diff);
	return done;
}

/* Fills in `same'; false without memory. */
static bool match(struct diff *diff)
{
	diff->same = malloc((diff->lines + 1) * sizeof(*diff->same));
	if (!diff->same)
		return false;
	for (uint32_t i = 0; i < diff->lines; i++)
		diff->same[i] = NO_LINE;
	diff->same[diff->lines] = diff->after_lines;
	if (diff->lines != diff->after_lines)
		return match_moved(diff);
	match_in_place(diff);
	return true;
}

/* ---- changes ---- */

/* A place in both texts. */
struct step {
	uint32_t before, after;
};

static bool is_same(const struct diff *diff, struct step at)
{
	return at.before < diff->lines && diff->same[at.before] == at.after;
}

static bool is_end(const struct diff *diff, struct step at)
{
	return at.before == diff->lines && at.after == diff->after_lines;
}

/* From AT, behind the lines that are the same. */
static struct step next_change(const struct diff *diff, struct step at)
{
	while (is_same(diff, at))
		at = (struct step){at.before + 1, at.after + 1};
	return at;
}

/* From AT, behind the lines that are changed. */
static struct step next_same(const struct diff *diff, struct step at)
{
	while (at.before < diff->lines && diff->same[at.before] == NO_LINE)
		at.before++;
	at.after = diff->same[at.before];
	return at;
}

/* ---- writing ---- */

/* A name that git quotes: with a quote, a backslash or a control character. */
static bool needs_quotes(const char *name)
{
	for (; *name; name++) {
		if (strchr("\"\\\x7f", *name) || (unsigned char)*name < ' ')
			return true;
	}
	return false;
}

static void write_name(FILE *out, const char *mark, char side, const char *name)
{
	bool quoted = needs_quotes(name);

	fprintf(out, "%s %s%c/", mark, quoted ? "\"" : "", side);
	for (const char *at = name; *at; at++) {
		if (quoted && strchr("\"\\", *at))
			fprintf(out, "\\%c", *at);
		else if (quoted && ((unsigned char)*at < ' ' || *at == 0x7f))
			fprintf(out, "\\%03o", (unsigned)*at);
		else
			fputc(*at, out);
	}
	fputs(quoted ? "\"" : "", out);
	fputs(strchr(name, ' ') ? "\t\n" : "\n", out);
}

static void write_line(FILE *out, char mark, struct slice line)
{
	fputc(mark, out);
	fwrite(line.at, 1, line.length, out);
	if (!line.length || line.at[line.length - 1] != '\n')
		fputs("\n\\ No newline at end of file\n", out);
}

static void write_lines(const struct diff *diff, char mark, const struct text *text, uint32_t from,
			uint32_t to)
{
	for (; from < to; from++)
		write_line(diff->out, mark, whole_line(text, from));
}

/* From FROM to TO: where lines are changed first the old ones, then the new ones. */
static void write_steps(const struct diff *diff, struct step from, struct step to)
{
	while (from.before < to.before || from.after < to.after) {
		struct step next = next_change(diff, from);

		if (next.before > to.before)
			next = to;
		write_lines(diff, ' ', diff->before, from.before, next.before);
		if (next.before == to.before && next.after == to.after)
			return;
		from = next_same(diff, next);
		write_lines(diff, '-', diff->before, next.before, from.before);
		write_lines(diff, '+', diff->after, next.after, from.after);
	}
}

static void write_range(FILE *out, char mark, uint32_t from, uint32_t to)
{
	fprintf(out, "%c%u,%u ", mark, to > from ? from + 1 : from, to - from);
}

/* The hunk that begins with the change at FIRST.  Returns the next change behind it. */
static struct step write_hunk(const struct diff *diff, struct step first)
{
	uint32_t back = first.before < CONTEXT ? first.before : CONTEXT;
	struct step from = {first.before - back, first.after - back};
	struct step behind = next_same(diff, first);
	struct step next = next_change(diff, behind);
	uint32_t ahead;

	while (!is_end(diff, next) && next.before - behind.before <= 2 * CONTEXT) {
		behind = next_same(diff, next);
		next = next_change(diff, behind);
	}
	ahead = next.before - behind.before < CONTEXT ? next.before - behind.before : CONTEXT;
	behind = (struct step){behind.before + ahead, behind.after + ahead};
	fputs("@@ ", diff->out);
	write_range(diff->out, '-', from.before, behind.before);
	write_range(diff->out, '+', from.after, behind.after);
	fputs("@@\n", diff->out);
	write_steps(diff, from, behind);
	return next;
}

static uint32_t count_lines(const struct text *text)
{
	uint32_t lines = text->line_count;

	return lines && !whole_line(text, lines - 1).length ? lines - 1 : lines;
}

int diff_write(FILE *out, const char *name, struct text *before, struct text *after)
{
	struct diff diff = {.out = out, .before = before, .after = after};
	struct step at = {0, 0};

	(void)text_place(before, 0);
	(void)text_place(after, 0);
	if (!before->lines || !after->lines)
		return ENOMEM;
	diff.lines = count_lines(before);
	diff.after_lines = count_lines(after);
	if (!match(&diff)) {
		free(diff.same);
		return ENOMEM;
	}
	at = next_change(&diff, at);
	if (!is_end(&diff, at)) {
		write_name(out, "---", 'a', name);
		write_name(out, "+++", 'b', name);
	}
	while (!is_end(&diff, at))
		at = write_hunk(&diff, at);
	free(diff.same);
	return 0;
}

/* SPDX-License-Identifier: ISC */
/* Unified diffs.  Fixes keep lines lines, so the same line stands at the same place. */
#include "compiler/base/diff.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define CONTEXT 3

struct diff {
	FILE *out;
	struct text *before, *after;
	uint32_t lines;
};

/* Line LINE (from 0) with its end. */
static struct slice whole_line(const struct text *text, uint32_t line)
{
	uint32_t from = text->lines[line];
	uint32_t to = line + 1 < text->line_count ? text->lines[line + 1] : (uint32_t)text->size;

	return (struct slice){text->bytes + from, to - from};
}

static bool is_changed(const struct diff *diff, uint32_t line)
{
	return slice_compare(whole_line(diff->before, line), whole_line(diff->after, line)) != 0;
}

/* The first line from FROM on that is changed, or the number of lines. */
static uint32_t next_change(const struct diff *diff, uint32_t from)
{
	while (from < diff->lines && !is_changed(diff, from))
		from++;
	return from;
}

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

/* The lines FROM to TO: where they are changed first the old ones, then the new ones. */
static void write_lines(const struct diff *diff, uint32_t from, uint32_t to)
{
	while (from < to) {
		uint32_t end = from;

		if (!is_changed(diff, from)) {
			write_line(diff->out, ' ', whole_line(diff->before, from++));
			continue;
		}
		while (end < to && is_changed(diff, end))
			end++;
		for (uint32_t i = from; i < end; i++)
			write_line(diff->out, '-', whole_line(diff->before, i));
		for (uint32_t i = from; i < end; i++)
			write_line(diff->out, '+', whole_line(diff->after, i));
		from = end;
	}
}

/* The hunk that begins with the change at FIRST.  Returns the next change behind it. */
static uint32_t write_hunk(const struct diff *diff, uint32_t first)
{
	uint32_t from = first < CONTEXT ? 0 : first - CONTEXT;
	uint32_t last = first, next, to;

	while ((next = next_change(diff, last + 1)) < diff->lines && next - last <= 2 * CONTEXT)
		last = next;
	to = diff->lines - last <= CONTEXT ? diff->lines : last + 1 + CONTEXT;
	fprintf(diff->out, "@@ -%u,%u +%u,%u @@\n", from + 1, to - from, from + 1, to - from);
	write_lines(diff, from, to);
	return next;
}

int diff_write(FILE *out, const char *name, struct text *before, struct text *after)
{
	struct diff diff = {.out = out, .before = before, .after = after};
	uint32_t at;

	(void)text_place(before, 0);
	(void)text_place(after, 0);
	if (!before->lines || !after->lines)
		return ENOMEM;
	diff.lines = before->line_count;
	if (!whole_line(before, diff.lines - 1).length)
		diff.lines--;
	at = next_change(&diff, 0);
	if (at == diff.lines)
		return 0;
	write_name(out, "---", 'a', name);
	write_name(out, "+++", 'b', name);
	while (at < diff.lines)
		at = write_hunk(&diff, at);
	return 0;
}

/* SPDX-License-Identifier: ISC */
/* Where two texts differ: from the first line to the last one that is not the same in both. */
#include "tests/goldens/differ.h"

#include <stdbool.h>
#include <string.h>

#define CONTEXT 2 /* lines around */
#define SHOWN 20  /* lines of a side */

static size_t line_length(struct slice text, size_t from)
{
	const char *end = memchr(text.at + from, '\n', text.length - from);

	return end ? (size_t)(end - text.at) + 1 - from : text.length - from;
}

/* Where the line begins that stands before the one at AT. */
static size_t line_before(struct slice text, size_t at)
{
	if (at)
		at--;
	while (at && text.at[at - 1] != '\n')
		at--;
	return at;
}

/* The length of the whole lines that both begin with. */
static size_t common_head(struct slice a, struct slice b)
{
	size_t at = 0, head = 0;

	while (at < a.length && at < b.length && a.at[at] == b.at[at]) {
		if (a.at[at++] == '\n')
			head = at;
	}
	return head;
}

/* The length of the lines that both end with, behind HEAD. */
static size_t common_tail(struct slice a, struct slice b, size_t head)
{
	size_t tail = 0;

	while (a.length - tail > head && b.length - tail > head) {
		size_t length = a.length - tail - line_before(a, a.length - tail);

		if (length != b.length - tail - line_before(b, b.length - tail) ||
		    memcmp(a.at + a.length - tail - length, b.at + b.length - tail - length,
			   length) != 0)
			break;
		tail += length;
	}
	return tail;
}

static void print_lines(FILE *report, char sign, struct slice text, size_t from, size_t to)
{
	size_t shown = 0;

	for (; from < to && shown < SHOWN; shown++) {
		size_t length = line_length(text, from);
		bool ended = text.at[from + length - 1] == '\n';

		fprintf(report, "%c%.*s\n", sign, (int)(length - ended), text.at + from);
		if (!ended)
			fputs("\\ no newline at the end\n", report);
		from += length;
	}
	if (from < to)
		fprintf(report, "%c...\n", sign);
}

void golden_differ(FILE *report, const char *name, struct slice expected, struct slice actual)
{
	size_t head = common_head(expected, actual);
	size_t tail = common_tail(expected, actual, head);
	size_t context = head, after = expected.length - tail, line = 1;

	for (size_t i = 0; i < head; i++)
		line += expected.at[i] == '\n';
	for (int i = 0; i < CONTEXT; i++)
		context = line_before(expected, context);
	for (int i = 0; i < CONTEXT && after < expected.length; i++)
		after += line_length(expected, after);
	fprintf(report, "--- %s\n+++ now\n@@ from line %zu @@\n", name, line);
	print_lines(report, ' ', expected, context, head);
	print_lines(report, '-', expected, head, expected.length - tail);
	print_lines(report, '+', actual, head, actual.length - tail);
	print_lines(report, ' ', expected, expected.length - tail, after);
}

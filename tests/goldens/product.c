/* SPDX-License-Identifier: ISC */
#include "tests/goldens/product.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define COMMON "# --- the same in every script\n"

/* ---- lines ---- */

/* Takes a line, with its newline, from what is LEFT. */
static struct slice line_next(struct slice *left)
{
	const char *end = memchr(left->at, '\n', left->length);
	size_t length = end ? (size_t)(end - left->at) + 1 : left->length;
	struct slice line = {left->at, length};

	left->at += length;
	left->length -= length;
	return line;
}

static void line_print(FILE *kept, struct slice line)
{
	fwrite(line.at, 1, line.length, kept);
}

/* The version that a line ends with is not the case's. */
static void line_print_versionless(FILE *kept, struct slice line)
{
	static const char name[] = "weipsec ";
	const size_t length = strlen(name);
	size_t end = line.length - (line.length && line.at[line.length - 1] == '\n'), at = end;

	while (at && strchr("0123456789.", line.at[at - 1]) && line.at[at - 1])
		at--;
	if (at < length || memcmp(line.at + at - length, name, length) != 0 || at == end ||
	    line.at[end - 1] != '.') {
		line_print(kept, line);
		return;
	}
	fprintf(kept, "%.*sVERSION.", (int)at, line.at);
	line_print(kept, (struct slice){line.at + end, line.length - end});
}

/* ---- what is kept ---- */

/* Nothing is to be said on standard error. */
static bool keep_shown(FILE *kept, const struct captured *run)
{
	line_print(kept, run->out);
	return run->err.length == 0;
}

static bool keep_text(FILE *kept, const struct captured *run)
{
	line_print(kept, run->out);
	fprintf(kept, "status %d\n", run->status);
	return true;
}

static bool keep_compiled(FILE *kept, const struct captured *run)
{
	struct slice left = run->out;

	line_print_versionless(kept, line_next(&left));
	line_print(kept, left);
	return true;
}

/*
 * What is the same in every script is left out.  Policies cannot express every tunnel: of those the
 * findings that say so.
 */
static bool keep_script(FILE *kept, const struct captured *run)
{
	struct slice left = run->out, line;

	for (int number = 1; left.length; number++) {
		line = line_next(&left);
		if (slice_is(line, COMMON))
			break;
		if (number == 2)
			line_print_versionless(kept, line);
		else
			line_print(kept, line);
	}
	for (left = run->err; left.length;) {
		line = line_next(&left);
		if (memmem(line.at, line.length, "[WI613]", strlen("[WI613]")))
			line_print(kept, line);
	}
	return true;
}

/* ---- findings ---- */

struct id {
	json_int_t line;
	const char *rule;
};

static int id_compare(const void *a, const void *b)
{
	const struct id *left = a, *right = b;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return strcmp(left->rule, right->rule);
}

static bool keep_diagnostics(FILE *kept, json_t *diagnostics)
{
	size_t count = json_array_size(diagnostics);
	struct id *ids = calloc(count + 1, sizeof(*ids));
	bool good = ids && json_is_array(diagnostics);

	for (size_t i = 0; i < count && good; i++)
		good = json_unpack(json_array_get(diagnostics, i), "{s:I,s:s}", "line",
				   &ids[i].line, "rule", &ids[i].rule) == 0;
	if (good)
		qsort(ids, count, sizeof(*ids), id_compare);
	for (size_t i = 0; i < count && good; i++)
		fprintf(kept, "%" JSON_INTEGER_FORMAT " %s\n", ids[i].line, ids[i].rule);
	free(ids);
	return good;
}

/* LINE RULE of each finding, sorted by line, then rule. */
static bool keep_ids(FILE *kept, const struct captured *run)
{
	json_t *report = json_loadb(run->out.at, run->out.length, 0, NULL);
	bool good = keep_diagnostics(kept, json_object_get(report, "diagnostics"));

	json_decref(report);
	return good;
}

/* ---- the table ---- */

const struct product golden_products[] = {
    {.suffix = "ids",
     .words = {"check", "--format", "json", "--fail-on", "never"},
     .takes_options = true,
     .is_by_hand = true,
     .keep = keep_ids},
    {.suffix = "text",
     .words = {"check", "--format", "text"},
     .takes_options = true,
     .status_max = 1,
     .keep = keep_text},
    {.suffix = "swanctl",
     .words = {"compile", "--to", "swanctl"},
     .status_max = 1,
     .keep = keep_compiled},
    {.suffix = "agent",
     .words = {"compile", "--to", "agent"},
     .status_max = 1,
     .keep = keep_compiled},
    {.suffix = "xfrm",
     .words = {"compile", "--to", "xfrm"},
     .is_of_accept = true,
     .status_max = 1,
     .keep = keep_script},
    {0},
};

const struct product golden_show = {.suffix = "text", .words = {"show"}, .keep = keep_shown};

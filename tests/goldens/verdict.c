/* SPDX-License-Identifier: ISC */
/*
 * A case has beside it NAME.ids, written by hand, and what `make golden' writes.  What has an error
 * compiles to nothing at all, everything else compiles.
 */
#include "tests/goldens/verdict.h"

#include "tests/goldens/differ.h"
#include "tests/goldens/product.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX 16
#define SOUND "status 0\n" /* the end of NAME.text of what has no error */

struct judging {
	struct stage *stage;
	const struct golden_case *input;
	FILE *report;
	char *options[WORDS_MAX]; /* of NAME.args, ended by NULL */
	bool is_sound;		  /* by NAME.text */
};

static bool fail(struct judging *judging, const char *what, const char *why)
{
	fprintf(judging->report, "%s: %s\n", what, why);
	return false;
}

static const char *beside(const struct judging *judging, const char *suffix)
{
	return arena_printf(judging->stage->arena, "%s.%s", judging->input->stem, suffix);
}

/* ---- commands ---- */

/* The words of the first line of NAME.args, if there is one. */
static bool read_options(struct judging *judging)
{
	const char *path = beside(judging, "args");
	struct slice bytes;
	char *line, *next = NULL;
	size_t count = 0;

	if (!stage_read(judging->stage, path, &bytes))
		return errno == ENOENT || fail(judging, path, strerror(errno));
	line = arena_copy(judging->stage->arena, bytes.at, bytes.length);
	for (char *word = strtok_r(line, " \n", &next); word; word = strtok_r(NULL, " \n", &next)) {
		if (count + 1 == WORDS_MAX)
			return fail(judging, path, "too many words");
		judging->options[count++] = word;
	}
	return true;
}

/* The command line of PRODUCT; WORDS has room for that. */
static void make_words(struct judging *judging, const struct product *product, char **words)
{
	size_t count = 0;

	for (const char *const *at = product->words; *at; at++)
		words[count++] = arena_printf(judging->stage->arena, "%s", *at);
	for (char **at = judging->options; product->takes_options && *at; at++)
		words[count++] = *at;
	words[count++] = arena_printf(judging->stage->arena, "%s", judging->input->file);
	words[count] = NULL;
}

/* What PRODUCT keeps of RUN; false, reported, if it ended as it may not. */
static bool keep(struct judging *judging, const struct product *product, const struct captured *run,
		 struct slice *kept)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&bytes, &size);
	bool good;

	if (!stream)
		return fail(judging, product->suffix, strerror(errno));
	good = product->keep(stream, run) && run->status <= product->status_max;
	fclose(stream);
	*kept = (struct slice){arena_copy(judging->stage->arena, bytes, size), size};
	free(bytes);
	if (good)
		return true;
	fprintf(judging->report, "weipsec %s %s: exit status %d, and on standard error:\n%.*s",
		product->words[0], judging->input->path, run->status, (int)run->err.length,
		run->err.at);
	return false;
}

static bool make(struct judging *judging, const struct product *product, struct slice *kept)
{
	char *words[2 * WORDS_MAX];
	struct captured run;

	make_words(judging, product, words);
	if (!stage_run(judging->stage, words, &run))
		return fail(judging, product->suffix, "could not be made");
	return keep(judging, product, &run, kept);
}

/* ---- acts ---- */

static bool is_same(struct slice a, struct slice b)
{
	return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

static bool ends_sound(struct slice text)
{
	const size_t length = strlen(SOUND);

	return text.length >= length && memcmp(text.at + text.length - length, SOUND, length) == 0;
}

static bool compare(struct judging *judging, const char *path, struct slice actual)
{
	struct slice expected;

	if (!stage_read(judging->stage, path, &expected))
		return fail(judging, path, strerror(errno));
	if (!is_same(expected, actual))
		golden_differ(judging->report, path, expected, actual);
	return is_same(expected, actual);
}

static bool write_anew(struct judging *judging, const char *path, struct slice actual)
{
	struct slice before;
	FILE *out;

	if (stage_read(judging->stage, path, &before) && is_same(before, actual))
		return true;
	out = fopen(path, "we");
	if (!out)
		return fail(judging, path, strerror(errno));
	fwrite(actual.at, 1, actual.length, out);
	if (fclose(out) != 0)
		return fail(judging, path, strerror(errno));
	fprintf(judging->report, "%s\n", path);
	return true;
}

/*
 * What a case of testdata/reject compiles to is in no file.  Options are check's alone, and an
 * error that comes with them is none of compile's.
 */
static bool judge_rejected(struct judging *judging, const struct product *product,
			   struct slice actual)
{
	if (judging->is_sound || judging->options[0] || actual.length == 0)
		return true;
	return fail(judging, product->suffix, "there is an error, and it compiles");
}

static bool judge_product(struct judging *judging, enum golden_act act,
			  const struct product *product)
{
	const char *path = beside(judging, product->suffix);
	bool is_compiled = strcmp(product->words[0], "compile") == 0;
	struct slice actual;

	if (!make(judging, product, &actual))
		return false;
	if (strcmp(product->suffix, "text") == 0)
		judging->is_sound = ends_sound(actual);
	if (is_compiled && !judging->input->is_accept)
		return judge_rejected(judging, product, actual);
	if (is_compiled && !judging->is_sound)
		return fail(judging, judging->input->path, "there is an error");
	if (act == GOLDEN_WRITE)
		return product->is_by_hand || write_anew(judging, path, actual);
	return compare(judging, path, actual);
}

static bool judge_products(struct judging *judging, enum golden_act act)
{
	for (const struct product *at = golden_products; at->suffix; at++) {
		if (at->is_of_accept && !judging->input->is_accept)
			continue;
		if (!judge_product(judging, act, at))
			return false;
	}
	return true;
}

static bool judge_show(struct judging *judging, enum golden_act act)
{
	const char *path =
	    arena_printf(judging->stage->arena, "testdata/show/%s.text", judging->input->base);
	struct slice actual;

	if (!judging->input->is_accept || access(path, F_OK) != 0)
		return true;
	if (!make(judging, &golden_show, &actual))
		return false;
	return act == GOLDEN_WRITE ? write_anew(judging, path, actual)
				   : compare(judging, path, actual);
}

/* ---- the program ---- */

static bool compare_run(struct judging *judging, const struct product *product)
{
	char *words[2 * WORDS_MAX];
	struct captured own, program;

	make_words(judging, product, words);
	if (!stage_run(judging->stage, words, &own) ||
	    !stage_run_program(judging->stage, words, &program))
		return fail(judging, product->suffix, "could not be made");
	if (!is_same(own.out, program.out))
		golden_differ(judging->report, "standard output", own.out, program.out);
	if (!is_same(own.err, program.err))
		golden_differ(judging->report, "standard error", own.err, program.err);
	if (own.status != program.status)
		fprintf(judging->report, "exit status %d, and of the program %d\n", own.status,
			program.status);
	return is_same(own.out, program.out) && is_same(own.err, program.err) &&
	       own.status == program.status;
}

static bool compare_runs(struct judging *judging)
{
	bool same = compare_run(judging, &golden_show);

	for (const struct product *at = golden_products; at->suffix; at++)
		same = compare_run(judging, at) && same;
	return same;
}

bool golden_judge(struct stage *stage, enum golden_act act, const struct golden_case *input,
		  FILE *report)
{
	struct judging judging = {.stage = stage, .input = input, .report = report};

	stage->folder = input->folder;
	if (!read_options(&judging))
		return false;
	if (act == GOLDEN_PROGRAM)
		return compare_runs(&judging);
	return judge_products(&judging, act) && judge_show(&judging, act);
}

/* SPDX-License-Identifier: ISC */
/*
 * What is applied is a whole text: `test_whole FILE...' cuts each of the files, in either language,
 * at each of its bytes.  What is left is refused, or means the same.
 */
#include "backends/agent_write.h"
#include "compiler/base/files.h"
#include "runtime/keep/config.h"

#include <libxml/parser.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the first LENGTH bytes of TEXT mean, into MEANING, which is to be freed; false if they are
 * refused. */
static bool read_meaning(const struct text *text, size_t length, struct output *meaning)
{
	struct config config;
	bool taken;

	output_init(meaning);
	config_read_model(&config, text_new(text->name, text->bytes, length));
	taken = !config.error && !config.has_errors;
	if (taken)
		agent_write(config.model, meaning);
	else if (length == text->size)
		printf("# %s\n", config_why(&config));
	config_free(&config);
	return taken;
}

static bool is_same(const struct output *a, const struct output *b)
{
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* -1: the first LENGTH bytes are taken, and do not mean WHOLE; 1: they do; 0: they are refused. */
static int judge_cut(const struct text *text, size_t length, const struct output *whole)
{
	struct output meaning;
	int taken = read_meaning(text, length, &meaning);

	if (taken && !is_same(&meaning, whole)) {
		printf("# the first %zu bytes of %s are taken, and mean something else\n", length,
		       text->name);
		taken = -1;
	}
	output_free(&meaning);
	return taken;
}

static bool test_text(int number, const struct text *text)
{
	struct output whole;
	bool holds = read_meaning(text, text->size, &whole) && whole.size > 0;
	size_t taken = 0;

	for (size_t length = 0; length < text->size && holds; length++) {
		int verdict = judge_cut(text, length, &whole);

		holds = verdict >= 0;
		taken += verdict > 0;
	}
	printf("%sok %d %s, cut at each of %zu bytes: %zu mean the same\n", holds ? "" : "not ",
	       number, text->name, text->size, taken);
	output_free(&whole);
	return holds;
}

static bool test_file(int number, const char *path)
{
	struct text *text = files_read(path);
	bool holds = text && test_text(number, text);

	if (!text)
		perror(path);
	text_free(text);
	return holds;
}

int main(int argc, char **argv)
{
	bool holds = argc > 1;

	for (int i = 1; i < argc; i++)
		holds = test_file(i, argv[i]) && holds;
	printf("1..%d\n", argc - 1);
	xmlInitParser(); /* it frees only what it knows to have begun */
	xmlCleanupParser();
	return holds ? EXIT_SUCCESS : EXIT_FAILURE;
}

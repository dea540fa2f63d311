/* SPDX-License-Identifier: ISC */
/*
 * What others wrote, on its way into a page: what moves or hides text is gone (printable.h), and
 * what would be HTML is not.
 */
#include "compiler/page/page_parts.h"

#include "compiler/base/printable.h"
#include "compiler/base/sink.h"

#include <errno.h>
#include <stdlib.h>

/* A longer line is cut: nobody reads it in a table. */
#define WORDS_MAX 512

void page_put_text(FILE *out, const char *string)
{
	char *words = printable_new(string);

	for (const char *at = words; at && *at; at++) {
		const char *entity = printable_entity(*at);

		if (entity)
			fputs(entity, out);
		else
			fputc(*at, out);
	}
	free(words);
}

/* In JSON these stand in strings alone. */
static int put_bytes(const char *bytes, size_t size, void *context)
{
	FILE *out = context;

	for (size_t i = 0; i < size; i++) {
		if (printable_entity(bytes[i]) && bytes[i] != '"')
			fprintf(out, "\\u%04x", (unsigned char)bytes[i]);
		else
			fputc(bytes[i], out);
	}
	return 0;
}

int page_put_json(FILE *out, json_t *json)
{
	int error = 0;

	if (!json ||
	    json_dump_callback(json, put_bytes, out, JSON_ENSURE_ASCII | JSON_COMPACT) != 0)
		error = ENOMEM;
	json_decref(json);
	return error ? error : sink_why(out);
}

json_t *page_words(struct slice bytes)
{
	char words[WORDS_MAX];

	printable_copy(words, sizeof(words), bytes);
	return json_string(words);
}

json_t *page_string(const char *string)
{
	char *words = printable_new(string);
	json_t *json = words ? json_string(words) : NULL;

	free(words);
	return json;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/base/json.h"

#include "compiler/base/printable.h"

#include <stdlib.h>
#include <string.h>

static void spoil(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

void json_put(json_t **object, const char *key, json_t *value)
{
	if (json_object_set_new(*object, key, value) != 0)
		spoil(object);
}

void json_append(json_t **array, json_t *value)
{
	if (json_array_append_new(*array, value) != 0)
		spoil(array);
}

void json_put_integer(json_t **object, const char *key, size_t value)
{
	json_put(object, key, json_integer((json_int_t)value));
}

void json_put_string(json_t **object, const char *key, const char *string)
{
	json_t *json = json_string(string);
	char *copy;

	if (!json) {
		copy = printable_new(string);
		json = copy ? json_string(copy) : NULL;
		free(copy);
	}
	json_put(object, key, json);
}

void json_put_slice(json_t **object, const char *key, struct slice bytes)
{
	char *string = strndup(bytes.at, bytes.length);

	if (string)
		json_put_string(object, key, string);
	else
		spoil(object);
	free(string);
}

void json_put_place(json_t **object, struct text *text, uint32_t offset)
{
	struct place place = text_place(text, offset);

	json_put_integer(object, "line", place.line);
	json_put_integer(object, "column", place.column);
}

void json_put_span(json_t **object, struct text *text, struct span at)
{
	struct place end = text_place(text, at.to);

	json_put_place(object, text, at.from);
	json_put_integer(object, "end_line", end.line);
	json_put_integer(object, "end_column", end.column);
}

int json_write(FILE *out, json_t *json)
{
	int written = json && (json_dumpf(json, out, JSON_ENSURE_ASCII) == 0 || ferror(out));

	json_decref(json);
	return written;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/map.h"

#include "compiler/printable.h"

#include <jansson.h>
#include <stdlib.h>

static void set_place(json_t *object, const char *line, const char *column, struct place place)
{
	json_object_set_new(object, line, json_integer(place.line));
	json_object_set_new(object, column, json_integer(place.column));
}

static json_t *span_json(struct text *text, struct span at)
{
	json_t *json = json_object();

	set_place(json, "line", "column", text_place(text, at.from));
	set_place(json, "end_line", "end_column", text_place(text, at.to));
	return json;
}

/*
 * Where the text sets the value of LINE's setting, or false if it is a default.  Two settings have
 * a `no' that sets a value of its own: a disabled tunnel, and DPD that is off.
 */
static int find_span(const struct output_origin *origin, struct span *at)
{
	const struct origin *from;

	*at = origin->tunnel->header;
	if (origin->option < 0)
		return 1;
	from = &origin->tunnel->from[origin->option];
	*at = (struct span){from->name.from, from->value.to};
	return from->state == ORIGIN_GIVEN ||
	       (from->state == ORIGIN_RESET &&
		(origin->option == OPTION_ENABLE || origin->option == OPTION_DPD_ACTION));
}

static json_t *line_json(const struct output_origin *origin, struct text *text, json_t *file)
{
	json_t *json = json_object();
	struct span at;
	int is_set = find_span(origin, &at);

	json_object_set_new(json, "line", json_integer(origin->line));
	json_object_set_new(json, "tunnel", json_integer(origin->tunnel->id));
	if (origin->option >= 0)
		json_object_set_new(json, "setting",
				    json_string(option_table[origin->option].word));
	json_object_set_new(json, "default", json_boolean(!is_set));
	json_object_set(json, "file", file);
	if (is_set)
		json_object_set_new(json, "from", span_json(text, at));
	return json;
}

int map_write(FILE *out, const struct output *output, struct text *text)
{
	char *name = printable_new(text->name);
	json_t *file = name ? json_string(name) : NULL;
	int written = file != NULL;

	free(name);
	fputs("{\"schema_version\": 1, \"lines\": [", out);
	for (size_t i = 0; written && i < output->origin_count; i++) {
		json_t *line = line_json(&output->origins[i], text, file);

		fputs(i ? ",\n" : "\n", out);
		written = line && (json_dumpf(line, out, JSON_ENSURE_ASCII) == 0 || ferror(out));
		json_decref(line);
	}
	fputs("\n]}\n", out);
	json_decref(file);
	return written;
}

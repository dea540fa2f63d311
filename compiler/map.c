/* SPDX-License-Identifier: ISC */
#include "compiler/map.h"

#include "compiler/json.h"

/* Where the text sets the value of LINE's setting, or false if it is a default. */
static int find_span(const struct output_origin *origin, struct span *at)
{
	const struct origin *from;

	*at = origin->tunnel->header;
	if (origin->option < 0)
		return 1;
	from = &origin->tunnel->from[origin->option];
	*at = (struct span){from->name.from, from->value.to};
	return from->state != ORIGIN_BAD &&
	       !tunnel_has_default(origin->tunnel, (enum option)origin->option);
}

static json_t *line_json(const struct output_origin *origin, struct text *text)
{
	json_t *json = json_object();
	json_t *from = NULL;
	struct span at;
	int is_set = find_span(origin, &at);

	json_put_integer(&json, "line", origin->line);
	json_put_integer(&json, "tunnel", (size_t)origin->tunnel->id);
	if (origin->option >= 0)
		json_put_string(&json, "setting", option_table[origin->option].word);
	json_put(&json, "default", json_boolean(!is_set));
	json_put_string(&json, "file", text->name);
	if (is_set) {
		from = json_object();
		json_put_span(&from, text, at);
		json_put(&json, "from", from);
	}
	return json;
}

int map_write(FILE *out, const struct output *output, struct text *text)
{
	int written = 1;

	fputs("{\"schema_version\": 1, \"lines\": [", out);
	for (size_t i = 0; written && i < output->origin_count; i++) {
		fputs(i ? ",\n" : "\n", out);
		written = json_write(out, line_json(&output->origins[i], text));
	}
	fputs("\n]}\n", out);
	return written;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/command/map.h"

#include "compiler/base/json.h"

/* From an agent configuration only lines are known: the whole one, up to the next. */
static json_t *provenance_json(uint32_t line)
{
	json_t *json = json_object();

	json_put_integer(&json, "line", line);
	json_put_integer(&json, "column", 1);
	json_put_integer(&json, "end_line", (size_t)line + 1);
	json_put_integer(&json, "end_column", 1);
	return json;
}

/* Where the text sets the value of LINE's setting, or false if it is a default. */
static int find_span(const struct output_origin *origin, struct span *at)
{
	enum setting setting = (enum setting)origin->setting;
	const struct origin *from;

	*at = origin->tunnel->header;
	if (origin->setting < 0)
		return 1;
	from = tunnel_origin(origin->tunnel, setting);
	*at = (struct span){from->name.from, from->value.to};
	return !tunnel_bad(origin->tunnel, setting) && !tunnel_has_default(origin->tunnel, setting);
}

static void put_place(json_t **json, const struct tunnel *tunnel, int setting, struct text *text,
		      struct span at)
{
	const struct provenance *provenance = tunnel->provenance;
	uint32_t line = provenance && setting < 0 ? provenance->line
			: provenance		  ? provenance->lines[setting]
						  : 0;
	json_t *from = NULL;

	if (provenance && line) {
		from = provenance_json(line);
	} else if (!provenance) {
		from = json_object();
		json_put_span(&from, text, at);
	}
	if (from)
		json_put(json, "from", from);
}

static json_t *line_json(const struct output_origin *origin, struct text *text)
{
	const struct provenance *provenance = origin->tunnel->provenance;
	json_t *json = json_object();
	struct span at;
	int is_set = find_span(origin, &at);

	json_put_integer(&json, "line", origin->line);
	json_put_integer(&json, "tunnel", (size_t)origin->tunnel->id);
	if (origin->setting >= 0)
		json_put_string(&json, "setting", setting_table[origin->setting].word);
	json_put(&json, "default", json_boolean(!is_set));
	json_put_string(&json, "file",
			provenance && provenance->file.length ? provenance->file.at : text->name);
	if (is_set)
		put_place(&json, origin->tunnel, origin->setting, text, at);
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

/* SPDX-License-Identifier: ISC */
/* The table in the README is what status prints.  Prints TAP.  The argument is the README. */
#include "runtime/status/status.h"

#include "compiler/compilation/compilation.h"

#include <stdlib.h>
#include <string.h>

static const char config[] = "tunnel\nipsec 1\npeer 192.0.2.1\nend\n"
			     "ipsec 2\npeer 192.0.2.2\nsecret plant-plant-plant\nend\nend\n";

/* The first tunnel of MODEL is up, the second down because of CAUSE. */
static json_t *document_of(const struct model *model, const struct cause *cause)
{
	struct note note;

	note_make(&note, cause, model, model->tunnels[1]);
	return json_pack("{s:[{s:i,s:s,s:b,s:s,s:i},{s:i,s:s,s:b,s:s,s:s}]}", "tunnels",
			 "id", 1, "description", "To the branch office", "enabled", 1,
			 "state", status_name(TUNNEL_INSTALLED),
			 "since_rekey_s", 2 * 3600 + 11 * 60 + 28,
			 "id", 2, "description", "ipsec2", "enabled", 1,
			 "state", status_name(TUNNEL_CONNECTING), "why", note.text);
}

static char *table_of(json_t *document)
{
	char *table = NULL;
	size_t size;
	FILE *out = open_memstream(&table, &size);

	if (!out || !document)
		exit(2);
	status_print_table(out, document);
	fclose(out);
	json_decref(document);
	return table;
}

int main(int argc, char **argv)
{
	static const struct cause silence = {.reason = REASON_NO_ANSWER};
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", config, strlen(config));
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
	char page[1 << 14], *table;
	bool is_shown;

	if (!file || !compilation || compilation->model->count != 2)
		return 2;
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	table = table_of(document_of(compilation->model, &silence));
	is_shown = *table && strstr(page, table);
	printf("%sok 1 README: what status prints\n1..1\n", is_shown ? "" : "not ");
	free(table);
	compilation_free(compilation);
	return is_shown ? EXIT_SUCCESS : EXIT_FAILURE;
}

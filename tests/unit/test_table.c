/* SPDX-License-Identifier: ISC */
/*
 * The table in the README is what status prints, and below it what ends within 30 days.  The
 * argument is the README.  Prints TAP.
 */
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

/* A certificate called LABEL with so many days LEFT. */
static json_t *certificate_of(const char *label, const char *kind, int left)
{
	return json_pack("{s:s,s:s,s:i,s:i,s:[]}", "label", label, "kind", kind, "not_after",
			 1700000000, "days_left", left, "tunnels");
}

/* Those of which fewer than 30 days are left, and no other. */
static bool shows_what_ends(void)
{
	static const char *const lines[] = {
	    "certificate 'over': expired on ", "certificate 'today': 0 days left, until ",
	    "CA 'tomorrow': 1 day left, until ", "certificate 'soon': 29 days left, until "};
	json_t *document = json_pack(
	    "{s:[o,o,o,o,o]}", "certificates", certificate_of("over", "own", -1),
	    certificate_of("today", "own", 0), certificate_of("tomorrow", "ca", 1),
	    certificate_of("soon", "own", 29), certificate_of("later", "own", 30));
	char *shown = NULL, *at;
	size_t size;
	FILE *out = open_memstream(&shown, &size);
	bool is_well = true;

	if (!out || !document)
		exit(2);
	status_print_expiries(out, document, NULL, 0);
	fclose(out);
	json_decref(document);
	at = shown;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		is_well = is_well && strncmp(at, lines[i], strlen(lines[i])) == 0;
		at += strcspn(at, "\n");
		at += *at != '\0';
	}
	is_well = is_well && !*at;
	free(shown);
	return is_well;
}

int main(int argc, char **argv)
{
	static const struct cause silence = {.reason = REASON_NO_ANSWER};
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", config, strlen(config));
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
	char page[1 << 14], *table;
	bool is_shown, is_told;

	if (!file || !compilation || compilation->model->count != 2)
		return 2;
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	table = table_of(document_of(compilation->model, &silence));
	is_shown = *table && strstr(page, table);
	is_told = shows_what_ends();
	printf("%sok 1 README: what status prints\n", is_shown ? "" : "not ");
	printf("%sok 2 what ends within 30 days is shown below it\n1..2\n", is_told ? "" : "not ");
	free(table);
	compilation_free(compilation);
	return is_shown && is_told ? EXIT_SUCCESS : EXIT_FAILURE;
}

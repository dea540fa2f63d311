/* SPDX-License-Identifier: ISC */
/*
 * Errors that make a tunnel impossible: those of the WeOS 4 text, and those that only its script
 * has, where two tunnels may come to the same address, or WeOS 5 takes less.
 */
#include "compiler/rewrite/errors.h"

#include <string.h>

/* Version 2 tells tunnels apart by their identities. */
static bool is_cured(const struct migration *migration, const struct finding *finding)
{
	return migration->both_ends && finding->rule == WI504;
}

/* What is wrong with the text itself, since a line with an error is not carried over. */
static bool is_to_be_said(const struct migration *migration, const struct finding *finding)
{
	return (finding->severity == SEVERITY_ERROR && !is_cured(migration, finding)) ||
	       finding->rule == WI611 || finding->rule == WI122;
}

/* What can be done about it, which is more here than in `check'. */
static void help(struct migration *migration, struct finding *said, const struct finding *finding)
{
	bool is_of_version_1 = finding->rule == WI504;

	if (finding->help)
		finding_help(&migration->findings, said, "%s%s",
			     is_of_version_1
				 ? "move both ends to version 2 with '--both-ends', or "
				 : "",
			     finding->help);
}

void errors_report(struct migration *migration)
{
	const struct findings *from = &migration->compilation->findings;

	for (const struct finding *finding = from->first; finding; finding = finding->next) {
		struct finding *said;

		if (!is_to_be_said(migration, finding))
			continue;
		said = finding_add_as(&migration->findings, finding->rule, finding->severity,
				      finding->at, "%s", finding->message);
		finding_tunnel(said, finding->tunnel);
		help(migration, said, finding);
		if (finding->severity == SEVERITY_ERROR)
			tunnel_ids_add(&migration->errors, finding->tunnel);
	}
	if (from->beyond)
		tunnel_ids_add_all(&migration->errors, from->beyond);
}

const struct migrate_error *errors_of(const struct migration *migration, int32_t id)
{
	const struct migrate_error *error = migration->script_errors;

	while (error && error->id != id)
		error = error->next;
	return error;
}

static bool note(struct migration *migration, const struct finding *finding)
{
	struct arena *arena = migration->findings.arena;
	struct migrate_error *error = arena_alloc(arena, sizeof(*error));

	if (!error)
		return false;
	*error = (struct migrate_error){
	    .next = migration->script_errors,
	    .id = finding->tunnel,
	    .rule = finding->rule,
	    .message = arena_copy(arena, finding->message, strlen(finding->message)),
	    .help =
		finding->help ? arena_copy(arena, finding->help, strlen(finding->help)) : NULL};
	migration->script_errors = error;
	return error->message && (error->help || !finding->help);
}

static bool is_announced(const struct migration *migration, const struct finding *finding)
{
	return finding->severity != SEVERITY_ERROR || finding->tunnel < 0 ||
	       tunnel_ids_have(&migration->impossible, finding->tunnel) ||
	       errors_of(migration, finding->tunnel);
}

/* False without memory. */
static bool note_errors(struct migration *migration, const struct findings *findings, bool *found)
{
	for (const struct finding *at = findings->first; at; at = at->next) {
		if (is_announced(migration, at))
			continue;
		*found = true;
		if (!note(migration, at))
			return false;
	}
	return true;
}

bool errors_find(struct migration *migration, bool *found)
{
	static const struct surroundings surroundings = {.dialect = DIALECT_WEOS5,
							 .is_made_of = true};
	const struct output *output = &migration->output;
	struct compilation *script;
	struct text *text;
	bool noted;

	*found = false;
	if (!output->size)
		return true;
	text = text_new("-", output->bytes, output->size);
	script = text ? compilation_new(text, &surroundings) : NULL;
	noted = script && note_errors(migration, &script->findings, found);
	compilation_free(script);
	return noted;
}

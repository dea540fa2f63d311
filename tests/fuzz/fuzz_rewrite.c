/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a text to be written anew; the last one chooses how.  What fmt prints means the
 * same, has no finding that there was not before, and is its own form.  The script that migrate
 * prints can be read in full, has no error of a tunnel that was not announced, and is its own form.
 */
#include "compiler/change/change.h"
#include "compiler/rewrite/format.h"
#include "compiler/rewrite/migrate.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bits of the last byte. */
enum { MIGRATES = 1, BOTH_ENDS = 2, INDENT = 0x0c };

static struct compilation *compile(const char *bytes, size_t size, int dialect)
{
	const struct surroundings surroundings = {.dialect = dialect, .is_made_of = true};
	struct text *text = text_new("-", bytes, size);
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;

	assert(compilation && compilation->model);
	return compilation;
}

static struct text *format(struct compilation *compilation, unsigned indent)
{
	const struct surroundings surroundings = {.dialect = (int)compilation->model->dialect};
	struct text *text = NULL;
	enum format_outcome outcome = format_run(compilation, &surroundings, indent, &text);

	assert(outcome != FORMAT_MEMORY && (outcome == FORMAT_DONE) == (text != NULL));
	return text;
}

static void is_its_own_form(struct compilation *compilation, unsigned indent)
{
	struct text *text = format(compilation, indent);

	assert(text && text->size == compilation->text->size &&
	       memcmp(text->bytes, compilation->text->bytes, text->size) == 0);
	text_free(text);
}

static void means_the_same(const struct model *from, const struct model *to)
{
	struct changes changes;
	bool made = changes_make(&changes, from, to);

	assert(made && !changes_are_some(&changes));
	changes_free(&changes);
}

/*
 * By rule: what a later line overrides may go, and its findings with it.  Who types a line again
 * corrects himself; where one of them cannot be read both stay, and as a text they say it twice;
 * the `end' that he left the configuration with closes nothing in a text.
 */
static void has_no_more(const struct findings *from, const struct findings *to, bool was_typed)
{
	for (int rule = 0; rule < RULE_COUNT; rule++)
		assert(to->count[rule] <= from->count[rule] ||
		       (was_typed && (rule == WI106 || rule == WI108)));
	assert(to->severities[SEVERITY_ERROR] <= from->severities[SEVERITY_ERROR]);
}

static void check_format(struct compilation *compilation, unsigned indent)
{
	bool is_session = format_is_of_session(compilation->text);
	struct text *text = format(compilation, indent);
	struct compilation *again;

	if (!text)
		return;
	again = compile(text->bytes, text->size, (int)compilation->model->dialect);
	means_the_same(compilation->model, again->model);
	has_no_more(&compilation->findings, &again->findings, is_session);
	is_its_own_form(again, indent);
	compilation_free(again);
	text_free(text);
}

static void is_announced(const struct migration *migration, const struct findings *findings)
{
	for (const struct finding *at = findings->first; at; at = at->next)
		assert(at->severity != SEVERITY_ERROR || at->tunnel < 0 ||
		       tunnel_ids_have(&migration->impossible, at->tunnel));
}

static void check_script(const struct migration *migration)
{
	struct compilation *script =
	    compile(migration->output.bytes, migration->output.size, DIALECT_WEOS5);

	is_announced(migration, &script->findings);
	/* where no tunnel has a number there is none */
	assert(script->model->lack == LACK_NOTHING || !script->model->count);
	if (!migration->counts.impossible) {
		assert(!script->findings.severities[SEVERITY_ERROR]);
		assert(script->model->count == migration->compilation->model->count);
	}
	is_its_own_form(script, FORMAT_INDENT);
	compilation_free(script);
}

static void check_migration(const struct compilation *compilation, bool both_ends)
{
	struct migration migration = {.compilation = compilation, .both_ends = both_ends};
	bool ran = migrate_run(&migration);

	assert(ran);
	if (migration.output.size)
		check_script(&migration);
	output_free(&migration.output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct compilation *compilation;
	uint8_t choice;

	if (!size)
		return -1;
	choice = data[size - 1];
	compilation = compile((const char *)data, size - 1, choice & MIGRATES ? DIALECT_WEOS4 : -1);
	if (choice & MIGRATES)
		check_migration(compilation, choice & BOTH_ENDS);
	else
		check_format(compilation, 1 + (choice & INDENT) / 2);
	compilation_free(compilation);
	return 0;
}

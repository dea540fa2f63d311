/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a text that is compared with what is made of it; the last one chooses with what.
 * What is refused goes no further.  A text is equal to itself; the document of an agent means what
 * it was made of; the other end of a tunnel is read without an error, and comes up with it;
 * neither what is told of the pair nor of what differs has a secret; and what --fix leaves has
 * no more errors, no other lines, and nothing that --fix would mend.
 */
#include "compiler/agent/read.h"
#include "compiler/change/change.h"
#include "compiler/compare/pair.h"
#include "compiler/compilation/artefact.h"
#include "compiler/compilation/backends.h"
#include "compiler/rewrite/fix.h"
#include "compiler/rewrite/mirror.h"
#include "tests/fuzz/secret.h"
#include "tests/fuzz/writing.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What becomes of a text, of so many choices: libyang, which writes documents, takes long. */
enum { CHOICES = 32, XML = 0, JSON = 1, EQUAL = 4, CHANGE = 6, MIRROR = 19 };

static struct compilation *compile(const char *bytes, size_t size, bool is_made_of)
{
	const struct surroundings surroundings = {.dialect = -1, .is_made_of = is_made_of};
	struct text *text = text_new("-", bytes, size);
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;

	assert(compilation && compilation->model);
	return compilation;
}

static void put_json(json_t *json, FILE *out)
{
	assert(json && json_dumpf(json, out, JSON_COMPACT) == 0);
	json_decref(json);
}

/* What was told to a person has no secret of TEXT. */
static void told_end(struct writing *told, const struct text *text)
{
	writing_end(told);
	assert(!secret_is_shown((struct slice){text->bytes, text->size}, told->bytes, told->size));
	assert(is_plain(told->bytes, told->size));
	free(told->bytes);
}

static void are_equal(const struct model *from, const struct model *to)
{
	struct changes changes;
	bool made = changes_make(&changes, from, to);

	assert(made && !changes_are_some(&changes));
	changes_free(&changes);
}

/* What `pair' tells. */
static void check_pairs(const struct pairs *pairs, const struct text *text)
{
	struct writing told;

	writing_begin(&told);
	pairs_print(pairs, false, told.out);
	for (size_t i = 0; i < pairs->count; i++)
		put_json(pair_json(&pairs->list[i]), told.out);
	told_end(&told, text);
}

static bool is_invalid(const void *context, enum side side, const struct tunnel *tunnel)
{
	(void)context, (void)side, (void)tunnel;
	return false;
}

static void make_pairs(struct pairs *pairs, const struct model *a, const struct model *b,
		       struct arena *arena, struct proposal_lists *lists)
{
	const struct pair_choice choice = {{PAIR_ANY, PAIR_ANY}};
	bool made;

	*pairs = (struct pairs){.path = {"a", "b"}};
	made = arena && gateway_init(&pairs->gateway[SIDE_A], a, arena, lists) &&
	       gateway_init(&pairs->gateway[SIDE_B], b, arena, lists) &&
	       pairs_judge(pairs, &choice, is_invalid, NULL);
	assert(made);
}

/* ---- itself, and as a document ---- */

static void check_equal(const struct compilation *compilation)
{
	struct compilation *again =
	    compile(compilation->text->bytes, compilation->text->size, true);

	are_equal(compilation->model, again->model);
	compilation_free(again);
}

/* TEXT without the line in its middle. */
static struct compilation *compile_less(const struct text *text)
{
	const char *end = text->bytes + text->size, *middle = text->bytes + text->size / 2;
	const char *from = memrchr(text->bytes, '\n', text->size / 2);
	const char *to = memchr(middle, '\n', (size_t)(end - middle));
	struct compilation *compilation;
	struct output output;

	output_init(&output);
	output_bytes(&output, text->bytes, from ? (size_t)(from - text->bytes) + 1 : 0);
	output_bytes(&output, to ? to + 1 : end, to ? (size_t)(end - to) - 1 : 0);
	compilation = compile(output.bytes, output.size, true);
	output_free(&output);
	return compilation;
}

static void tell_changes(const struct model *from, const struct model *to, struct writing *told)
{
	struct changes changes;
	bool made = changes_make(&changes, from, to);

	assert(made);
	for (size_t i = 0; i < changes.count; i++) {
		change_print(told->out, &changes.items[i]);
		put_json(change_json(&changes.items[i]), told->out);
	}
	changes_free(&changes);
}

/* What `diff' tells, and `pair', where a line is gone. */
static void check_change(const struct compilation *compilation)
{
	struct compilation *less = compile_less(compilation->text);
	struct arena *arena = arena_new();
	struct proposal_lists lists = {{NULL}};
	struct pairs pairs;
	struct writing told;

	if (!compilation_is_refused(less)) {
		writing_begin(&told);
		tell_changes(compilation->model, less->model, &told);
		told_end(&told, compilation->text);
		make_pairs(&pairs, compilation->model, less->model, arena, &lists);
		check_pairs(&pairs, compilation->text);
	}
	arena_free(arena);
	compilation_free(less);
}

static void check_document(struct compilation *compilation,
			   void (*emit)(const struct model *model, struct output *output))
{
	struct compilation *document;
	struct output output;

	artefact_check(compilation, backend_find("agent")->supports);
	if (compilation_is_refused(compilation))
		return;
	output_init(&output);
	emit(compilation->model, &output);
	assert(!output.failed);
	document = compilation_new_agent(text_new("-", output.bytes, output.size), agent_read);
	assert(document && !compilation_is_refused(document));
	are_equal(compilation->model, document->model);
	compilation_free(document);
	output_free(&output);
}

/* ---- the other end ---- */

static bool is_lacking(const struct mirror_end *end)
{
	return end->notes[SETTING_LOCAL_ADDRESS] || end->notes[SETTING_CERTIFICATE] ||
	       (end->notes[SETTING_PEER] && end->tunnel.initiator);
}

/* Behind a NAT, which the mirror tells of, nobody knows the address that a subnet may stand for. */
static void comes_up(const struct compilation *file, const struct compilation *other,
		     bool is_behind_nat)
{
	struct arena *arena = arena_new();
	struct proposal_lists lists = {{NULL}};
	struct pairs pairs;

	make_pairs(&pairs, file->model, other->model, arena, &lists);
	assert(pairs.count == 1);
	assert(pairs.list->outcome == OUTCOME_UP ||
	       (is_behind_nat && pairs.list->outcome == OUTCOME_UNKNOWN));
	assert(pairs.list->starts == (file->model->tunnels[0]->initiator ? STARTS_A : STARTS_B));
	check_pairs(&pairs, file->text);
	arena_free(arena);
}

static void check_end(const struct compilation *compilation, const struct mirror *mirror)
{
	struct output output;
	struct compilation *read;

	output_init(&output);
	mirror_languages[0].write(mirror, compilation->secrets, &output);
	assert(!output.failed);
	read = compile(output.bytes, output.size, true);
	assert(read->model->count == 1);
	if (!is_lacking(mirror->ends)) {
		assert(!read->findings.severities[SEVERITY_ERROR]);
		/* who it is of those that the tunnel takes is for people to say */
		if (mirror->ends->from->enabled && !mirror->ends->notes[SETTING_LOCAL_ID])
			comes_up(compilation, read, mirror->ends->notes[SETTING_PEER]);
	}
	compilation_free(read);
	output_free(&output);
}

/* In a language that is not ours: plain lines. */
static void check_written(const struct mirror_language *language, const struct mirror *mirror,
			  struct arena *secrets)
{
	struct output output;

	output_init(&output);
	language->write(mirror, secrets, &output);
	assert(!output.failed && output.size);
	assert(is_plain(output.bytes, output.size));
	output_free(&output);
}

static void check_mirror(const struct compilation *compilation)
{
	const struct model *model = compilation->model;
	struct backend_refusal refusal;
	struct mirror mirror;

	/* beside others it may be one of these that answers */
	if (model->count != 1)
		return;
	if (!mirror_make(&mirror, model, MIRROR_ALL, compilation->arena))
		abort();
	if (mirror_languages[0].supports(&mirror, mirror.ends, compilation->secrets, &refusal))
		check_end(compilation, &mirror);
	for (int i = 1; mirror_languages[i].name; i++) {
		if (mirror_languages[i].supports(&mirror, mirror.ends, compilation->secrets,
						 &refusal))
			check_written(&mirror_languages[i], &mirror, compilation->secrets);
	}
}

/* ---- the mended text ---- */

static struct compilation *fix(struct compilation *compilation)
{
	const struct surroundings surroundings = {.dialect = -1};
	const struct report_policy policy = {.obeys_comments = true, .fail_on = SEVERITY_ERROR};
	int error = 0;
	struct compilation *fixed = fix_run(compilation, &surroundings, &policy, "-", &error);

	assert(!error);
	return fixed;
}

static size_t count_lines(const struct text *text)
{
	size_t count = 0;

	for (size_t i = 0; i < text->size; i++)
		count += text->bytes[i] == '\n';
	return count;
}

static void check_fix(const char *bytes, size_t size)
{
	struct compilation *compilation = compile(bytes, size, false);
	struct compilation *fixed = fix(compilation);

	if (fixed) {
		assert(count_lines(fixed->text) == count_lines(compilation->text));
		assert(fixed->findings.severities[SEVERITY_ERROR] <=
		       compilation->findings.severities[SEVERITY_ERROR]);
		assert(!fix(fixed));
	}
	compilation_free(fixed);
	compilation_free(compilation);
}

/* ---- all ---- */

static void check_made(const char *bytes, size_t size, unsigned choice)
{
	const struct backend *agent = backend_find("agent");
	struct compilation *compilation = compile(bytes, size, true);

	if (!compilation_is_refused(compilation)) {
		if (choice <= JSON)
			check_document(compilation, choice == XML ? agent->emit : agent->emit_json);
		else if (choice <= EQUAL)
			check_equal(compilation);
		else if (choice <= CHANGE)
			check_change(compilation);
		else
			check_mirror(compilation);
	}
	compilation_free(compilation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned choice;

	if (!size)
		return -1;
	choice = data[size - 1] % CHOICES;
	if (choice <= MIRROR)
		check_made((const char *)data, size - 1, choice);
	else
		check_fix((const char *)data, size - 1);
	return 0;
}

/* SPDX-License-Identifier: ISC */
/*
 * The other end of every tunnel of every accept file below the folder that is the argument: as a
 * script it reads without an error and comes up with the tunnel, or `check' names what it lacks;
 * and in each language it has the same secret.
 */
#include "compiler/base/files.h"
#include "compiler/compare/pair.h"
#include "compiler/compilation/compilation.h"
#include "compiler/rewrite/mirror.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WEOS, SWANCTL, LIBRESWAN, LANGUAGES };

static int tests, failures;
static size_t up, lacking, refused, dormant, secrets;

static void result(bool ok, const char *what)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s\n", ok ? "" : "not ", tests, what);
}

static const struct surroundings alone = {.dialect = -1, .is_made_of = true};

/* One tunnel of FILE, and its other end, as it reads. */
struct round {
	const struct compilation *file;
	struct mirror mirror;
	const struct mirror_end *end;
	struct compilation *read;
	const struct tunnel *tunnel; /* of READ, or NULL */
};

/* ---- up ---- */

static bool comes_up(const struct round *round)
{
	struct arena *arena = arena_new();
	struct proposal_lists lists = {.automatic = {NULL}};
	struct pairs pairs = {.path = {"a", "b"}};
	struct pair pair = {.tunnel = {round->end->from, round->tunnel}};
	bool ok = gateway_init(&pairs.gateway[SIDE_A], round->file->model, arena, &lists) &&
		  gateway_init(&pairs.gateway[SIDE_B], round->read->model, arena, &lists);

	if (ok)
		pair_judge(&pairs, &pair);
	ok = ok && pair.outcome == OUTCOME_UP &&
	     pair.starts == (round->end->from->initiator ? STARTS_A : STARTS_B);
	arena_free(arena);
	return ok;
}

/* ---- what is not known ---- */

static bool names(const struct compilation *compilation, enum rule rule)
{
	return compilation->findings.count[rule] > 0;
}

/* What cannot be done without. */
static bool is_lacking(const struct mirror_end *end)
{
	return end->notes[SETTING_LOCAL_ADDRESS] || end->notes[SETTING_CERTIFICATE] ||
	       (end->notes[SETTING_PEER] && end->tunnel.initiator);
}

static bool lacks_are_named(const struct round *round)
{
	const struct mirror_end *end = round->end;

	return (!end->notes[SETTING_LOCAL_ADDRESS] || names(round->read, WI601)) &&
	       (!end->notes[SETTING_CERTIFICATE] || names(round->read, WI410)) &&
	       (!end->notes[SETTING_PEER] || !end->tunnel.initiator || names(round->read, WI603));
}

/* ---- secrets ---- */

static bool is_in(const struct output *output, const char *before, struct slice bytes)
{
	struct output wanted;
	bool found;

	output_init(&wanted);
	output_printf(&wanted, "%s", before);
	for (size_t i = 0; i < bytes.length; i++)
		output_printf(&wanted, "%02x", (unsigned)(unsigned char)bytes.at[i]);
	output_printf(&wanted, "\n");
	found = memmem(output->bytes, output->size, wanted.bytes, wanted.size) != NULL;
	output_free(&wanted);
	return found;
}

/* Where it can be said in LANGUAGE at all. */
static bool tells_secret(const struct round *round, int language, const char *before)
{
	const struct mirror_language *to = &mirror_languages[language];
	struct arena *arena = arena_new_secret();
	struct backend_refusal refusal;
	struct output output;
	bool ok = true;

	output_init(&output);
	if (to->supports(&round->mirror, round->end, arena, &refusal)) {
		to->write(&round->mirror, arena, &output);
		ok = !output.failed && output.has_secrets &&
		     is_in(&output, before, round->end->from->secret.bytes);
		secrets++;
	}
	output_free(&output);
	arena_free(arena);
	return ok;
}

static bool secret_is_same(const struct round *round)
{
	const struct tunnel *from = round->end->from;

	if (from->method != METHOD_PSK || !from->enabled)
		return true;
	return slice_compare(from->secret.bytes, round->tunnel->secret.bytes) == 0 &&
	       tells_secret(round, SWANCTL, "secret = 0x") &&
	       tells_secret(round, LIBRESWAN, " : PSK 0x");
}

/* ---- one tunnel ---- */

static bool judge(const struct round *round)
{
	const struct tunnel *from = round->end->from;
	bool has_errors = round->read->findings.severities[SEVERITY_ERROR] > 0;

	if (!round->tunnel || !secret_is_same(round) || round->tunnel->enabled != from->enabled ||
	    round->tunnel->version != from->version)
		return false;
	if (!from->enabled) {
		dormant++;
		return !has_errors;
	}
	if (is_lacking(round->end)) {
		lacking++;
		return has_errors && lacks_are_named(round);
	}
	up++;
	return !has_errors && comes_up(round);
}

/* The script of the other end, read; false if it cannot be said, which is WeOS 4's alone. */
static bool turn(struct round *round, const struct compilation *file, int32_t id)
{
	const struct mirror_language *weos = &mirror_languages[WEOS];
	struct backend_refusal refusal;
	struct output output;

	round->file = file;
	if (!mirror_make(&round->mirror, file->model, id, file->arena))
		abort();
	round->end = round->mirror.ends;
	if (!weos->supports(&round->mirror, round->end, file->secrets, &refusal))
		return false;
	output_init(&output);
	weos->write(&round->mirror, file->secrets, &output);
	round->read = compilation_new(text_new("-", output.bytes, output.size), &alone);
	output_free(&output);
	if (round->read && round->read->model->count == 1)
		round->tunnel = round->read->model->tunnels[0];
	return true;
}

static bool test_tunnel(const struct compilation *file, const struct tunnel *tunnel)
{
	struct round round = {.read = NULL};
	bool ok;

	if (!turn(&round, file, tunnel->id)) {
		refused++;
		return tunnel->weos4 != NULL;
	}
	ok = judge(&round);
	compilation_free(round.read);
	return ok;
}

static void test_file(void *context, const char *path, bool found, int error)
{
	struct text *text = files_read(path);
	struct compilation *compilation = text ? compilation_new(text, &alone) : NULL;
	bool ok = compilation && !error;

	(void)context, (void)found;
	for (size_t i = 0; ok && i < compilation->model->count; i++) {
		ok = test_tunnel(compilation, compilation->model->tunnels[i]);
		if (!ok)
			printf("# ipsec %d\n", (int)compilation->model->tunnels[i]->id);
	}
	result(ok, path);
	compilation_free(compilation);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		files_walk(argv[1], &(struct files_walk){.visit = test_file});
	printf("# %zu up, %zu lacking, %zu refused, %zu disabled, %zu secrets\n", up, lacking,
	       refused, dormant, secrets);
	result(up > 500 && lacking > 50 && refused > 0 && refused < 10 && dormant > 10 &&
		   secrets > 1000,
	       "all kinds are there");
	printf("1..%d\n", tests);
	return failures > 0;
}

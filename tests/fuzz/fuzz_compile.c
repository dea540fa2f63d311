/* SPDX-License-Identifier: ISC */
/*
 * Any bytes: text to findings, a report and an output.  The last byte chooses which two, so that
 * an input costs one of each, and their number the policy.  Beside what the sanitizers see, it
 * holds that a report, as what is shown of a tunnel, has no secret that stands behind its word,
 * that what has no warning compiles, that the same model gives the same bytes, and that those of
 * swanctl.conf are plain settings.
 */
#include "compiler/compilation/backends.h"
#include "compiler/compilation/compilation.h"
#include "compiler/report/report.h"
#include "compiler/report/show.h"
#include "compiler/tables/profile.h"
#include "tests/fuzz/secret.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* SARIF has the pages of all rules, the agent's output a schema: each takes longer than all else.
 */
enum {
	RARELY = 16,
	SELDOM = 64,
	SARIF_IN_64 = 0,
	AGENT_IN_16 = 4,
	SHOW_IN_16 = 9,
	WRITER_COUNT = 6
};

static void report(struct compilation *compilation, const struct report_writer *writer,
		   struct slice text)
{
	struct report_settings settings = {.writer = writer, .version = "0"};
	struct report_file file = {
	    .path = "-", .findings = &compilation->findings, .model = compilation->model};
	struct report report;
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);

	assert(out);
	report_begin(&report, &settings, out);
	report_file(&report, &file);
	report_end(&report);
	fclose(out);
	assert(!secret_is_shown(text, bytes, size));
	assert(is_plain(bytes, size));
	free(bytes);
}

/* What `weipsec show' prints. */
static void show(const struct compilation *compilation, struct slice text)
{
	const struct model *model = compilation->model;
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);

	assert(out);
	for (size_t i = 0; i < model->count; i++) {
		json_t *json = show_tunnel_json(model->text, model->tunnels[i]);

		show_tunnel(out, model->text, model->tunnels[i]);
		assert(json && json_dumpf(json, out, JSON_COMPACT) == 0);
		json_decref(json);
	}
	fclose(out);
	assert(!secret_is_shown(text, bytes, size) && is_plain(bytes, size));
	free(bytes);
}

static void check_lines(const struct output *output)
{
	int depth = 0;

	for (size_t i = 0; i < output->size; i++) {
		unsigned char byte = (unsigned char)output->bytes[i];

		assert(byte >= 0x20 || byte == '\n' || byte == '\t');
		/* braces stand at line ends; those inside quoted values do not */
		if (i + 1 == output->size || output->bytes[i + 1] == '\n')
			depth += byte == '{' ? 1 : byte == '}' ? -1 : 0;
		assert(depth >= 0);
	}
}

static bool is_supported(const struct backend *backend, const struct model *model)
{
	struct backend_refusal refusal;

	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled &&
		    !backend->supports(model, model->tunnels[i], &refusal))
			return false;
	}
	return true;
}

static void emit(const struct compilation *compilation, const struct backend *backend)
{
	struct output first, second;

	if (compilation->findings.severities[SEVERITY_ERROR])
		return;
	if (!is_supported(backend, compilation->model)) {
		assert(compilation->findings.severities[SEVERITY_WARNING] || backend->takes_keys ||
		       compilation->model->dialect == DIALECT_WEOS4);
		return;
	}
	output_init(&first);
	output_init(&second);
	backend->emit(compilation->model, &first);
	backend->emit(compilation->model, &second);
	assert(!first.failed && !second.failed);
	assert(first.size && first.size == second.size &&
	       memcmp(first.bytes, second.bytes, first.size) == 0);
	if (backend == backend_find("swanctl"))
		check_lines(&first);
	output_free(&first);
	output_free(&second);
}

static const struct report_writer *writer_of(uint8_t choice)
{
	static const struct report_writer *const writers[WRITER_COUNT] = {
	    &report_writer_text,  &report_writer_gcc,	 &report_writer_json,
	    &report_writer_junit, &report_writer_github, &report_writer_gitlab};

	if (choice % SELDOM == SARIF_IN_64)
		return &report_writer_sarif;
	return writers[choice % WRITER_COUNT];
}

static const struct backend *backend_of(uint8_t choice)
{
	/* who adds one gives it its share here */
	assert(backends[2].name && !backends[3].name);
	if (choice / RARELY == AGENT_IN_16)
		return backend_find("agent");
	return backend_find(choice / RARELY % 2 ? "swanctl" : "xfrm");
}

/* One in so many has each policy, and the others none. */
static const struct profile *profile_of(size_t length)
{
	size_t number = length % ((size_t)2 * PROFILE_COUNT);

	return number < PROFILE_COUNT ? &profile_table[number] : NULL;
}

static void compile(struct slice bytes, uint8_t choice)
{
	struct text *text = text_new("-", bytes.at, bytes.length);
	const struct surroundings surroundings = {
	    .dialect = -1, .is_made_of = true, .profile = profile_of(bytes.length)};
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;

	assert(compilation);
	if (choice / RARELY == SHOW_IN_16)
		show(compilation, bytes);
	else
		report(compilation, writer_of(choice), bytes);
	emit(compilation, backend_of(choice));
	compilation_free(compilation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return -1;
	compile((struct slice){(const char *)data, size - 1}, data[size - 1]);
	return 0;
}

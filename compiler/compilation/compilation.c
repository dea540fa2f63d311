/* SPDX-License-Identifier: ISC */
#include "compiler/compilation/compilation.h"

#include "compiler/compilation/ignore.h"
#include "compiler/lower/lower.h"
#include "compiler/pki/pki.h"
#include "compiler/rules/check.h"
#include "grammar/grammar.h"

#include <stdlib.h>

/* From here on page faults are what a text costs most. */
#define TEXT_LARGE ((size_t)1 << 20)

static void expect_text(struct compilation *compilation, const struct surroundings *surroundings)
{
	if (compilation->text->size < TEXT_LARGE || surroundings->is_thrifty)
		return;
	arena_use_huge_pages(compilation->arena);
	arena_use_huge_pages(compilation->secrets);
}

static struct model *compile(struct compilation *compilation,
			     const struct surroundings *surroundings)
{
	struct ast *ast;
	struct model *model;

	ignore_collect(&compilation->findings);
	ast = grammar_read(compilation->text, &compilation->findings, lower_is_setting);
	if (!ast)
		return NULL;
	if (surroundings->dialect >= 0)
		ast->weos4 = surroundings->dialect == DIALECT_WEOS4;
	model = lower(ast, &compilation->findings, compilation->secrets);
	if (model)
		check_run(model, surroundings, &compilation->findings);
	if (!ast->refused)
		ignore_report_unused(&compilation->findings, surroundings);
	if (surroundings->pki && pki_failed(surroundings->pki))
		return NULL;
	return arena_failed(compilation->arena) ? NULL : model;
}

struct compilation *compilation_new(struct text *text, const struct surroundings *surroundings)
{
	struct compilation *compilation = calloc(1, sizeof(*compilation));

	if (!compilation) {
		text_free(text);
		return NULL;
	}
	compilation->text = text;
	compilation->arena = arena_new();
	compilation->secrets = arena_new_secret();
	if (compilation->arena && compilation->secrets) {
		expect_text(compilation, surroundings);
		findings_init(&compilation->findings, compilation->arena, text);
		compilation->model = compile(compilation, surroundings);
	}
	if (compilation->model)
		return compilation;
	compilation_free(compilation);
	return NULL;
}

void compilation_free(struct compilation *compilation)
{
	if (!compilation)
		return;
	arena_free(compilation->arena);
	arena_free(compilation->secrets);
	text_free(compilation->text);
	free(compilation);
}

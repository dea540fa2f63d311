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

void workspace_free(struct workspace *workspace)
{
	arena_free(workspace->arena);
	arena_free(workspace->secrets);
	text_free(workspace->text);
}

static void take_memory(struct compilation *compilation, struct workspace *workspace)
{
	struct workspace none = {.arena = NULL};
	struct workspace *from = workspace ? workspace : &none;

	compilation->workspace = workspace;
	compilation->arena = from->arena ? from->arena : arena_new();
	compilation->secrets = from->secrets ? from->secrets : arena_new_secret();
	from->arena = NULL;
	from->secrets = NULL;
}

static void give_back(struct compilation *compilation)
{
	struct workspace *workspace = compilation->workspace;

	if (compilation->arena)
		arena_reset(compilation->arena);
	if (compilation->secrets)
		arena_reset(compilation->secrets);
	workspace->arena = compilation->arena;
	workspace->secrets = compilation->secrets;
	workspace->text = compilation->text;
}

struct compilation *compilation_new(struct text *text, const struct surroundings *surroundings)
{
	return compilation_new_in(NULL, text, surroundings);
}

struct compilation *compilation_new_in(struct workspace *workspace, struct text *text,
				       const struct surroundings *surroundings)
{
	struct compilation *compilation = calloc(1, sizeof(*compilation));

	if (!compilation) {
		text_free(text);
		return NULL;
	}
	compilation->text = text;
	take_memory(compilation, workspace);
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
	if (compilation->workspace) {
		give_back(compilation);
	} else {
		arena_free(compilation->arena);
		arena_free(compilation->secrets);
		text_free(compilation->text);
	}
	free(compilation);
}

/* SPDX-License-Identifier: ISC */
#include "compiler/compilation/compilation.h"

#include "compiler/agent/place.h"
#include "compiler/compilation/ignore.h"
#include "compiler/lower/lower.h"
#include "compiler/model/telling.h"
#include "compiler/pki/pki.h"
#include "compiler/rules/check.h"

#include <stdlib.h>
#include <string.h>

/* From here on page faults are what a text costs most. */
#define TEXT_LARGE ((size_t)1 << 20)

static void expect_text(struct compilation *compilation, const struct surroundings *surroundings)
{
	if (compilation->text->size < TEXT_LARGE || surroundings->is_thrifty)
		return;
	arena_use_huge_pages(compilation->arena);
	arena_use_huge_pages(compilation->secrets);
}

/* The note of WI122, unless another finding says already why there is nothing here. */
static void report_nothing(struct findings *findings)
{
	struct finding *finding;

	if (findings->count[WI122] || findings->count[WI119])
		return;
	finding = finding_add_as(findings, WI122, SEVERITY_NOTE, (struct span){0, 0},
				 "there is no 'tunnel' with an 'ipsec' instance in this file");
	finding_help(findings, finding, "an instance is 'ipsec ID' under 'tunnel'");
}

/* True if MODEL's text tells secrets: what was said of it quoted them, and is to be said again. */
static bool hide_secrets(struct compilation *compilation, const struct model *model)
{
	struct text *text = compilation->text;

	text->told = telling_places(model, compilation->secrets, &text->told_count);
	return text->told_count > 0;
}

/* The rules on meaning over MODEL, with its device's own certificates.  False without memory. */
static bool check_model(struct findings *findings, const struct model *model,
			const struct surroundings *surroundings)
{
	struct surroundings own = *surroundings;

	if (own.find_pki)
		own.pki = own.find_pki(own.context, model);
	return check_run(model, &own, findings) && !(own.pki && pki_failed(own.pki));
}

static struct model *compile(struct compilation *compilation,
			     const struct surroundings *surroundings)
{
	struct findings *findings = &compilation->findings;
	struct model *model;
	bool refused;

	ignore_collect(findings);
	model = lower(findings, compilation->secrets, surroundings->dialect, &refused);
	if (model && hide_secrets(compilation, model)) {
		findings_init(findings, compilation->arena, compilation->text);
		ignore_collect(findings);
		model = lower(findings, compilation->secrets, surroundings->dialect, &refused);
	}
	if (!model)
		return NULL;
	if (model->count == 0 && !refused && !surroundings->is_found)
		report_nothing(findings);
	if (!check_model(findings, model, surroundings))
		return NULL;
	if (!refused)
		ignore_report_unused(findings, surroundings);
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

/* ---- documents ---- */

/* Runs the rules on meaning, and keeps their first error.  False without memory. */
static bool judge(struct compilation *compilation)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct findings all;
	struct finding **sorted;

	findings_init(&all, compilation->arena, compilation->text);
	if (!check_run(compilation->model, &surroundings, &all))
		return false;
	sorted = findings_sorted(&all);
	for (size_t i = 0; sorted && i < all.kept; i++) {
		if (sorted[i]->severity != SEVERITY_ERROR)
			continue;
		finding_tunnel(finding_add_as(&compilation->findings, sorted[i]->rule,
					      SEVERITY_ERROR, sorted[i]->at, "%s",
					      sorted[i]->message),
			       sorted[i]->tunnel);
		break;
	}
	return sorted != NULL;
}

/* False without memory. */
static bool read_agent(struct compilation *compilation, agent_reader *read)
{
	struct agent *agent = compilation->agent;

	if (read(agent)) {
		compilation->model = agent->model;
		agent_place_tunnels(agent);
		if (!judge(compilation))
			return false;
		if (!compilation_is_refused(compilation))
			agent_check(agent);
	}
	return !agent->error.memory && !arena_failed(agent->arena);
}

struct compilation *compilation_new_agent(struct text *text, agent_reader *read)
{
	struct compilation *compilation = calloc(1, sizeof(*compilation));
	struct agent *agent = agent_new(text);

	if (!compilation || !agent) {
		agent_free(agent);
		free(compilation);
		return NULL;
	}
	*compilation = (struct compilation){
	    .arena = agent->arena, .secrets = agent->secrets, .text = agent->text, .agent = agent};
	findings_init(&compilation->findings, agent->arena, agent->text);
	if (read_agent(compilation, read))
		return compilation;
	compilation_free(compilation);
	return NULL;
}

/* ---- both ---- */

void compilation_free(struct compilation *compilation)
{
	if (!compilation)
		return;
	if (compilation->agent) {
		agent_free(compilation->agent);
	} else if (compilation->workspace) {
		give_back(compilation);
	} else {
		arena_free(compilation->arena);
		arena_free(compilation->secrets);
		text_free(compilation->text);
	}
	free(compilation);
}

bool compilation_is_refused(const struct compilation *compilation)
{
	return compilation->findings.severities[SEVERITY_ERROR] > 0 ||
	       (compilation->agent && *compilation->agent->error.message);
}

/* SPDX-License-Identifier: ISC */
/*
 * What the facts of a file have of its project file: what that makes of findings, over which the
 * options of who reads them are put, as `fleet' does.  A baseline is a line of its own, of the
 * project file, and waits for that to be heard of.
 */
#include "compiler/fleet/facts_parts.h"

#include <stdlib.h>
#include <string.h>

const char *const facts_override_names[] = {
    [REPORT_SILENT] = "no", [REPORT_AS_WARNING] = "warning", [REPORT_AS_ERROR] = "error"};

/* One project file, by its path. */
struct facts_project {
	struct facts_project *next;
	struct project *project;
	bool has_known;
};

/* What some files have in common. */
struct facts_outcome {
	struct facts_outcome *next;
	struct slice said; /* the JSON of it */
	struct project_outcome *outcome;
};

static struct facts_project *find_project(struct reading *reading, const char *path)
{
	struct facts *facts = reading->facts;
	struct facts_project *at = facts->projects;

	while (at && strcmp(at->project->path, path) != 0)
		at = at->next;
	if (at)
		return at;
	at = arena_alloc(reading->arena, sizeof(*at));
	if (!at)
		return NULL;
	at->project = project_elsewhere(reading->arena, path);
	if (!at->project)
		return NULL;
	at->project->next = facts->projects ? facts->projects->project : NULL;
	at->next = facts->projects;
	facts->projects = at;
	return at;
}

static void read_rules(struct reading *reading, const json_t *json, enum report_override override,
		       struct project_words *words)
{
	const json_t *list =
	    facts_member(reading, json, facts_override_names[override], JSON_ARRAY);
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *id = json_string_value(one);
		int rule = id ? rule_find(id) : -1;

		if (rule < 0)
			reading->is_wrong = true;
		else
			words->overrides[rule] = override;
	}
}

static struct project_outcome *make_outcome(struct reading *reading, const json_t *json)
{
	struct project_words words;
	struct facts_project *project;

	project_words_init(&words);
	for (int i = REPORT_SILENT; i <= REPORT_AS_ERROR; i++)
		read_rules(reading, json, (enum report_override)i, &words);
	if (json_object_get(json, "fail-on"))
		words.fail_on = (int)facts_number(reading, json, "fail-on", REPORT_NEVER);
	project = find_project(reading, facts_string(reading, json, "file"));
	if (!project)
		return NULL;
	if (json_object_get(json, "baseline"))
		project->project->baseline_path = facts_string(reading, json, "baseline");
	return project_outcome_elsewhere(reading->arena, reading->facts->asked, project->project,
					 &words);
}

/* Many files have the same, so that what was made of it is found again by its words. */
static const struct project_outcome *find_outcome(struct reading *reading, struct slice said,
						  const json_t *json)
{
	struct facts *facts = reading->facts;
	struct facts_outcome *at = facts->outcomes;

	while (at && slice_compare(at->said, said) != 0)
		at = at->next;
	if (at)
		return at->outcome;
	at = arena_alloc(reading->arena, sizeof(*at));
	if (!at)
		return NULL;
	at->said.at = arena_copy(reading->arena, said.at, said.length);
	at->said.length = said.length;
	at->outcome = make_outcome(reading, json);
	at->next = facts->outcomes;
	facts->outcomes = at;
	return at->outcome;
}

void facts_read_project(struct reading *reading, const json_t *json, struct site *site)
{
	const json_t *project = json_object_get(json, "project");
	char *said = project ? json_dumps(project, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	if (!project) {
		site->outcome = reading->facts->outcome;
		return;
	}
	if (!json_is_object(project) || !said) {
		reading->is_wrong = true;
		free(said);
		return;
	}
	site->outcome = find_outcome(reading, (struct slice){said, strlen(said)}, project);
	site->name = facts_string(reading, json, "name");
	free(said);
}

enum facts_flaw facts_read_known(struct reading *reading, const json_t *json, const char *path)
{
	const json_t *list = facts_member(reading, json, "known", JSON_ARRAY);
	struct facts_project *project = find_project(reading, path);
	const json_t *one;
	size_t i;

	if (!project)
		return FACTS_NO_MEMORY;
	reading->facts->culprit = path;
	if (project->has_known) /* and these are others, since a line counts once */
		return FACTS_TWICE;
	json_array_foreach(list, i, one)
	{
		const char *hex = json_string_value(one);

		reading->is_wrong =
		    reading->is_wrong || !hex ||
		    fingerprints_add(&project->project->baseline, hex) != FINGERPRINTS_WELL;
	}
	project->has_known = true;
	return reading->is_wrong ? FACTS_FOREIGN : FACTS_WELL;
}

enum facts_flaw facts_finish_projects(struct facts *facts)
{
	for (struct facts_project *at = facts->projects; at; at = at->next) {
		facts->culprit = at->project->path;
		if (at->project->baseline_path && !at->has_known)
			return FACTS_CUT;
		if (!fingerprints_order(&at->project->baseline))
			return FACTS_NO_MEMORY;
	}
	facts->culprit = NULL;
	return FACTS_WELL;
}

void facts_free_projects(struct facts *facts)
{
	for (struct facts_project *at = facts->projects; at; at = at->next)
		fingerprints_free(&at->project->baseline);
}

struct project *facts_projects(const struct facts *facts)
{
	return facts->projects ? facts->projects->project : NULL;
}

/* SPDX-License-Identifier: ISC */
/*
 * What a project file says of a file, put together with what was asked.  Files that are covered by
 * the same sections share an outcome, so that thousands cost no more than one.
 */
#include "compiler/base/below.h"
#include "compiler/base/cli.h"
#include "compiler/compilation/baseline.h"
#include "compiler/compilation/device_json.h"
#include "compiler/compilation/project_parts.h"
#include "compiler/pki/pki.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

/* ---- what is told ---- */

void projects_fail(struct projects *projects, int status, const char *format, ...)
{
	va_list args;

	if (projects->error)
		return;
	va_start(args, format);
	projects->error = arena_vprintf(projects->arena, format, args);
	va_end(args);
	projects->status = status;
	if (!projects->error)
		projects->error = strerror(ENOMEM);
}

const char *projects_told(const struct projects *projects, const char *path)
{
	size_t length = projects->here ? strlen(projects->here) : 0;

	if (length > 1 && strncmp(path, projects->here, length) == 0 && path[length] == '/')
		return path + length + 1;
	return path;
}

const char *projects_reason(int error)
{
	switch (error) {
	case EXDEV:
		return "it is a link that leads out of its folder";
	case EINVAL:
		return "it is no regular file";
	default:
		return strerror(error);
	}
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

const char *project_vain(const struct project *project)
{
	if (!project->refused)
		return NULL;
	return arena_printf(project->text->arena, "%s: errors of %s cannot be silenced or lowered",
			    project->path, project->refused);
}

const char *project_done(const struct project *project)
{
	struct arena *arena = project->text->arena;
	const char *findings = "", *files = "";

	if (!project->hushed && !project->excluded)
		return NULL;
	if (project->hushed)
		findings = arena_printf(arena, " silences or lowers %zu finding%s", project->hushed,
					plural(project->hushed));
	if (project->excluded)
		files = arena_printf(arena, " excludes %zu file%s or folder%s", project->excluded,
				     plural(project->excluded), plural(project->excluded));
	if (!findings || !files)
		return NULL;
	return arena_printf(arena, "%s:%s%s%s", project->path, findings,
			    *findings && *files ? ", and" : "", files);
}

/* ---- what is opened ---- */

static struct opened *find_opened(struct projects *projects, const char *path)
{
	struct opened *at = projects->opened;

	while (at && strcmp(at->path, path) != 0)
		at = at->next;
	if (at)
		return at;
	at = arena_alloc(projects->arena, sizeof(*at));
	if (!at)
		return NULL;
	at->path = path;
	at->next = projects->opened;
	projects->opened = at;
	return at;
}

static void open_pki(struct projects *projects, struct project_outcome *outcome, const char *path)
{
	struct opened *opened = find_opened(projects, path);

	if (projects->asked.now < 0) {
		projects_fail(projects, EXIT_MISUSE,
			      "SOURCE_DATE_EPOCH is not a number of seconds since 1970");
		return;
	}
	if (opened && !opened->pki)
		opened->pki = pki_open_below(outcome->project->text->folder, path,
					     projects->asked.now);
	if (!opened || !opened->pki)
		projects_fail(projects, EXIT_FAILED, "%s: %s", projects_told(projects, path),
			      projects_reason(errno));
	else
		outcome->surroundings.pki = opened->pki;
}

static void read_device(struct projects *projects, struct opened *opened, const char *folder)
{
	struct text *text = below_read(folder, opened->path, DEVICE_JSON_MAX);
	const char *error = text ? NULL : projects_reason(errno);

	opened->device = arena_alloc(projects->arena, sizeof(*opened->device));
	if (text && opened->device)
		error = device_json_read(text, projects->arena, opened->device);
	if (error)
		projects_fail(projects, EXIT_FAILED, "%s: %s",
			      projects_told(projects, opened->path), error);
	text_free(text);
}

static void open_device(struct projects *projects, struct project_outcome *outcome,
			const char *path)
{
	struct opened *opened = find_opened(projects, path);

	if (opened && !opened->device)
		read_device(projects, opened, outcome->project->text->folder);
	outcome->surroundings.device = opened ? opened->device : NULL;
}

static void open_baseline(struct projects *projects, struct project *project)
{
	const char *path = project->text->baseline;
	struct text *text = below_read(project->text->folder, path, TEXT_FILE_MAX);
	const char *error =
	    text ? baseline_read(text, &project->baseline) : projects_reason(errno);

	project->baseline_path = projects_told(projects, path);
	if (error)
		projects_fail(projects, EXIT_FAILED, "%s: %s", project->baseline_path, error);
	text_free(text);
}

/* Opens what the project file of OUTCOME names, where nobody else did. */
static void open_all(struct projects *projects, struct project_outcome *outcome,
		     const struct project_words *words)
{
	struct project *project = outcome->project;

	if (words->pki && !outcome->surroundings.pki)
		open_pki(projects, outcome, words->pki);
	if (words->device && !outcome->surroundings.device)
		open_device(projects, outcome, words->device);
	if (!project->text->baseline || outcome->policy.baseline)
		return;
	if (!project->baseline_path)
		open_baseline(projects, project);
	outcome->policy.baseline = &project->baseline;
	outcome->policy.is_projects_baseline = true;
}

/* ---- outcomes ---- */

/* Puts what WORDS say over what OUTCOME has. */
static void add_words(struct project_outcome *outcome, const struct project_words *words,
		      bool is_of_project)
{
	struct report_policy *policy = &outcome->policy;

	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (words->overrides[rule] == REPORT_AS_IS)
			continue;
		policy->overrides[rule] = words->overrides[rule];
		policy->is_of_project[rule] = is_of_project;
	}
	if (words->fail_on != PROJECT_UNSAID)
		policy->fail_on = words->fail_on;
	if (words->dialect != PROJECT_UNSAID)
		outcome->surroundings.dialect = words->dialect;
	if (words->profile)
		outcome->surroundings.profile = words->profile;
}

static void add_sections(struct projects *projects, struct project_outcome *outcome)
{
	struct project_words last;
	size_t i = 0;

	project_words_init(&last);
	for (const struct project_section *at = outcome->project->text->head; at; at = at->next) {
		if (!outcome->matched[i++])
			continue;
		add_words(outcome, &at->words, true);
		last.pki = at->words.pki ? at->words.pki : last.pki;
		last.device = at->words.device ? at->words.device : last.device;
	}
	open_all(projects, outcome, &last);
}

static struct project_outcome *outcome_new(struct projects *projects, struct project *project,
					   const bool *matched)
{
	struct project_outcome *outcome = arena_alloc(projects->arena, sizeof(*outcome));
	size_t count = project ? project->text->sections : 0;

	if (!outcome)
		return NULL;
	outcome->project = project;
	outcome->policy = projects->asked.policy;
	outcome->surroundings = projects->asked.surroundings;
	outcome->matched = arena_alloc(projects->arena, (count + 1) * sizeof(*matched));
	if (!outcome->matched)
		return NULL;
	if (project) {
		memcpy(outcome->matched, matched, count * sizeof(*matched));
		add_sections(projects, outcome);
	}
	add_words(outcome, &projects->asked.words, false);
	outcome->next = projects->outcomes;
	projects->outcomes = outcome;
	return projects->error ? NULL : outcome;
}

struct project *project_elsewhere(struct arena *arena, const char *path)
{
	struct project *project = arena_alloc(arena, sizeof(*project));
	struct project_text *text = arena_alloc(arena, sizeof(*text));

	if (!project || !text)
		return NULL;
	text->arena = arena;
	project->text = text;
	project->path = path;
	return project;
}

struct project_outcome *project_outcome_elsewhere(struct arena *arena,
						  const struct project_asked *asked,
						  struct project *project,
						  const struct project_words *words)
{
	struct project_outcome *outcome = arena_alloc(arena, sizeof(*outcome));

	if (!outcome)
		return NULL;
	outcome->project = project;
	outcome->policy = asked->policy;
	if (project)
		add_words(outcome, words, true);
	add_words(outcome, &asked->words, false);
	if (!project || !project->baseline_path || asked->policy.baseline)
		return outcome;
	outcome->policy.baseline = &project->baseline;
	outcome->policy.is_projects_baseline = true;
	return outcome;
}

struct project_outcome *project_outcome_of(struct projects *projects, struct project *project,
					   const bool *matched)
{
	struct project_outcome *at = projects->outcomes;
	size_t size = project ? project->text->sections * sizeof(*matched) : 0;

	while (at && (at->project != project || memcmp(at->matched, matched, size) != 0))
		at = at->next;
	return at ? at : outcome_new(projects, project, matched);
}

/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/neighbours.h"

#include "compiler/lsp/uri.h"
#include "compiler/pki/pki.h"

#include <stdlib.h>
#include <time.h>

/* What `check' would be asked for. */
static struct project_asked ask(const struct lsp_settings *settings, struct pki *pki, int64_t now)
{
	struct project_asked asked = {
	    .policy = {.obeys_comments = true, .fail_on = REPORT_NEVER},
	    .surroundings = {.dialect = -1, .has_policies = true, .pki = pki},
	    .has_no_project = settings->has_no_project,
	    .now = now,
	};

	project_words_init(&asked.words);
	asked.words.profile = settings->profile;
	return asked;
}

/* What is in no file, without a PATH, is in no project: it is as standard input is. */
static void find_outcome(struct neighbours *neighbours, const char *path)
{
	struct project_outcome *outcome;

	neighbours->is_excluded = path && projects_exclude(neighbours->projects, path);
	outcome = projects_find(neighbours->projects, path ? path : "-", &neighbours->name);
	if (!outcome)
		return;
	neighbours->surroundings = outcome->surroundings;
	neighbours->policy = &outcome->policy;
	neighbours->project = outcome->project;
	neighbours->indent = outcome->project ? outcome->project->indent : 0;
}

void neighbours_find(struct neighbours *neighbours, const struct lsp_settings *settings,
		     const char *uri)
{
	int64_t now = settings->now == LSP_CLOCK ? (int64_t)time(NULL) : settings->now;
	char *path = uri_path(uri);
	struct project_asked asked;

	/* the folder may have changed since it was read last, or be gone */
	neighbours->pki = settings->pki ? pki_open(settings->pki, now) : NULL;
	asked = ask(settings, neighbours->pki, now);
	neighbours->projects = projects_new(&asked);
	neighbours->surroundings = asked.surroundings;
	if (neighbours->projects)
		find_outcome(neighbours, path);
	free(path);
}

void neighbours_drop(struct neighbours *neighbours)
{
	projects_free(neighbours->projects);
	pki_free(neighbours->pki);
	free(neighbours->name);
	*neighbours = (struct neighbours){.pki = NULL};
}

const char *neighbours_remark(const struct neighbours *neighbours, enum remark remark)
{
	const char *vain = neighbours->project ? project_vain(neighbours->project) : NULL;
	int status;

	if (!neighbours->projects)
		return NULL;
	switch (remark) {
	case REMARK_WRONG:
		return projects_error(neighbours->projects, &status);
	case REMARK_VAIN:
		return vain ? vain : projects_distrusted(neighbours->projects, 0);
	default:
		return neighbours->project ? project_done(neighbours->project) : NULL;
	}
}

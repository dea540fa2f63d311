/* SPDX-License-Identifier: ISC */
#include "compiler/command/cli_project.h"

#include "compiler/command/cli_value.h"

#include <string.h>

void cli_project_ask(struct project_asked *asked, const struct cli_report *report)
{
	asked->now = cli_now();
	asked->policy = report->settings.policy;
	memcpy(asked->words.overrides, asked->policy.overrides, sizeof(asked->words.overrides));
	memset(asked->policy.overrides, 0, sizeof(asked->policy.overrides));
	if (report->has_fail_on)
		asked->words.fail_on = asked->policy.fail_on;
}

int cli_projects_complain(const struct projects *projects, int status)
{
	int failed;
	const char *error = projects_error(projects, &failed);

	if (!error)
		return status;
	cli_complain("%s", error);
	return failed;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void tell(struct project *project)
{
	if (project->refused)
		cli_complain("%s: errors of %s cannot be silenced or lowered", project->path,
			     project->refused);
	if (project->hushed && project->excluded)
		cli_complain(
		    "%s: silences or lowers %zu finding%s, and excludes %zu file%s or folder%s",
		    project->path, project->hushed, plural(project->hushed), project->excluded,
		    plural(project->excluded), plural(project->excluded));
	else if (project->hushed)
		cli_complain("%s: silences or lowers %zu finding%s", project->path, project->hushed,
			     plural(project->hushed));
	else if (project->excluded)
		cli_complain("%s: excludes %zu file%s or folder%s", project->path,
			     project->excluded, plural(project->excluded),
			     plural(project->excluded));
}

void cli_projects_tell(const struct projects *projects, bool is_whole)
{
	const char *path;

	for (size_t i = 0; (path = projects_distrusted(projects, i)); i++)
		cli_complain("%s: not read: others may write to its folder", path);
	for (struct project *at = projects_list(projects); at; at = at->next) {
		tell(at);
		if (is_whole && at->baseline.found)
			cli_tell_baseline(at->baseline_path, &at->baseline);
	}
}

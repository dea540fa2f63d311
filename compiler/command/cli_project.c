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

void cli_project_tell(const struct project *project)
{
	const char *vain = project_vain(project), *done = project_done(project);

	if (vain)
		cli_complain("%s", vain);
	if (done)
		cli_complain("%s", done);
}

void cli_projects_tell(const struct projects *projects, bool is_whole)
{
	const char *line;

	for (size_t i = 0; (line = projects_distrusted(projects, i)); i++)
		cli_complain("%s", line);
	for (struct project *at = projects_list(projects); at; at = at->next) {
		cli_project_tell(at);
		if (at->baseline.use)
			cli_tell_baseline(at->baseline_path, &at->baseline, is_whole);
	}
}

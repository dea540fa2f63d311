/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CLI_PROJECT_H
#define WEIPSEC_CLI_PROJECT_H

#include "compiler/command/cli_report.h"
#include "compiler/compilation/project.h"

/* The row of the option that does without project files. */
#define CLI_NO_PROJECT {"no-project", 0, NULL, "read no project file (.weipsec)"}

/* Puts what REPORT was asked for into ASKED, whose words are initialised, and the time. */
void cli_project_ask(struct project_asked *asked, const struct cli_report *report);

/* Complains if PROJECTS failed.  What becomes of STATUS. */
int cli_projects_complain(const struct projects *projects, int status);
/* Says on standard error what PROJECT silenced, and what it wants to silence in vain. */
void cli_project_tell(const struct project *project);
/*
 * When all is reported: says on standard error which project files silenced something, and what
 * their baselines have that was not found, if all of them was looked at (IS_WHOLE).
 */
void cli_projects_tell(const struct projects *projects, bool is_whole);

#endif

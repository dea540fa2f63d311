/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CLI_REPORT_H
#define WEIPSEC_CLI_REPORT_H

#include "compiler/base/cli.h"
#include "compiler/report/report.h"

#include <stdbool.h>

/* The options that shape a report, for each command that writes one. */

#define CLI_FORMATS "text|gcc|json|sarif|junit|github"
#define CLI_FAIL_ON "error|warning|note|never"
#define CLI_DIALECTS "auto|weos4|weos5"

/* What a report is asked for. */
struct cli_report {
	const struct cli_command *command;
	struct report_settings settings;
	int fail_on; /* enum severity, or one more for never */
};

/* Without any option: annotations where somebody reads them (GITHUB_ACTIONS), else text; errors
 * fail. */
void cli_report_init(struct cli_report *report, const struct cli_command *command);
/* The values of the options; false, complained of, if they are none. */
bool cli_report_format(struct cli_report *report, const char *value);
bool cli_report_fail_on(struct cli_report *report, const char *value);
/* The last of -W, -E and --no of a rule wins. */
bool cli_report_override(struct cli_report *report, const char *rule,
			 enum report_override override);
/* VALUE of OPTION as the dialect of a text (-1: auto) into *DIALECT. */
bool cli_dialect(const struct cli_command *command, const char *option, const char *value,
		 int *dialect);
/* When all options are read: the report goes to OUT, and errors that stay what they are get a line.
 */
void cli_report_ready(struct cli_report *report, FILE *out);
/* True if what WRITTEN has is to make the exit status 1. */
bool cli_report_fails(const struct cli_report *report, const struct report *written);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CLI_REPORT_H
#define WEIPSEC_CLI_REPORT_H

#include "compiler/base/cli.h"
#include "compiler/finding/fingerprint.h"
#include "compiler/report/report.h"

#include <stdbool.h>

/* The options that shape a report, for each command that writes one. */

#define CLI_DIALECTS "auto|weos4|weos5"

/* They come first: a command's own begin at CLI_REPORT_COUNT. */
enum cli_report_option {
	CLI_REPORT_FORMAT,
	CLI_REPORT_FAIL_ON,
	CLI_REPORT_AS_WARNING, /* of -W, -E and --no of a rule the last wins */
	CLI_REPORT_AS_ERROR,
	CLI_REPORT_SILENT,
	CLI_REPORT_BASELINE,
	CLI_REPORT_COUNT
};

/* Their rows; WHAT is written in a format. */
#define CLI_REPORT_OPTIONS(what)                                                                   \
	[CLI_REPORT_FORMAT] = {"format", 0, "text|gcc|json|sarif|junit|github|gitlab",             \
			       "how " what " written (text)"},                                     \
	[CLI_REPORT_FAIL_ON] = {"fail-on", 0, "error|warning|note|never",                          \
				"the least that makes the exit status 1 (error)"},                 \
	[CLI_REPORT_AS_WARNING] = {"warning", 'W', "RULE",                                         \
				   "report RULE, an ID or a name, as a warning"},                  \
	[CLI_REPORT_AS_ERROR] = {"error", 'E', "RULE", "report RULE as an error"},                 \
	[CLI_REPORT_SILENT] = {"no", 0, "RULE", "do not report RULE"},                             \
	[CLI_REPORT_BASELINE] = {"baseline", 0, "FILE.json",                                       \
				 "do not report what this earlier report in JSON has"}

/* What a report is asked for. */
struct cli_report {
	const struct cli_command *command;
	struct report_settings settings;
	bool has_format;	   /* one was asked for */
	bool has_fail_on;	   /* the same of --fail-on */
	const char *baseline_path; /* --baseline, or NULL */
	struct fingerprints baseline;
};

/* Without any option: annotations where somebody reads them (GITHUB_ACTIONS), else text; errors
 * fail. */
void cli_report_init(struct cli_report *report, const struct cli_command *command);
/* Takes VALUE of OPTION, one of the above; false, complained of, if it is none. */
bool cli_report_option(struct cli_report *report, int option, const char *value);
/* VALUE of OPTION as the dialect of a text (-1: auto) into *DIALECT. */
bool cli_dialect(const struct cli_command *command, const char *option, const char *value,
		 int *dialect);
/* When all options are read: the report goes to OUT, and errors that stay what they are get a line.
 */
void cli_report_ready(struct cli_report *report, FILE *out);
/*
 * Reads the file of --baseline, if it is named.  What status that has; complained of if it is not
 * EXIT_OK.
 */
int cli_report_open_baseline(struct cli_report *report);
/* Frees it; counts what it has that was not found, on standard error, if it was used. */
void cli_report_close_baseline(struct cli_report *report, bool is_used);
/*
 * Counts, on standard error, what BASELINE, the file PATH, has in vain: errors that cannot be
 * silenced, and, if the run IS_WHOLE, what was not found.
 */
void cli_tell_baseline(const char *path, const struct fingerprints *baseline, bool is_whole);

#endif

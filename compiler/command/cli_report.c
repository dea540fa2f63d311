/* SPDX-License-Identifier: ISC */
#include "compiler/command/cli_report.h"

#include "compiler/base/files.h"
#include "compiler/command/cli_value.h"
#include "compiler/compilation/baseline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const format_words[] = {"text",  "gcc",    "json",	 "sarif",
					   "junit", "github", "gitlab", NULL};
/* in the order of the words */
static const struct report_writer *const writers[] = {
    &report_writer_text,  &report_writer_gcc,	 &report_writer_json,  &report_writer_sarif,
    &report_writer_junit, &report_writer_github, &report_writer_gitlab};
static const char *const fail_on_words[] = {[SEVERITY_NOTE] = "note",
					    [SEVERITY_WARNING] = "warning",
					    [SEVERITY_ERROR] = "error",
					    "never",
					    NULL};
static const char *const dialect_words[] = {
    [DIALECT_WEOS5] = "weos5", [DIALECT_WEOS4] = "weos4", "auto", NULL};

void cli_report_init(struct cli_report *report, const struct cli_command *command)
{
	const char *actions = getenv("GITHUB_ACTIONS");

	*report = (struct cli_report){.command = command};
	report->settings.policy.fail_on = SEVERITY_ERROR;
	report->settings.policy.obeys_comments = true;
	report->settings.writer =
	    actions && strcmp(actions, "true") == 0 ? &report_writer_github : &report_writer_text;
}

static bool set_format(struct cli_report *report, const char *value)
{
	int choice = cli_choice(report->command, "--format", value, format_words);

	report->has_format = true;
	if (choice >= 0)
		report->settings.writer = writers[choice];
	return choice >= 0;
}

static bool set_fail_on(struct cli_report *report, const char *value)
{
	int choice = cli_choice(report->command, "--fail-on", value, fail_on_words);

	report->has_fail_on = true;
	report->settings.policy.fail_on = choice;
	return choice >= 0;
}

static bool set_override(struct cli_report *report, const char *rule, enum report_override override)
{
	int found = cli_rule(report->command, rule);

	if (found >= 0)
		report->settings.policy.overrides[found] = override;
	return found >= 0;
}

bool cli_report_option(struct cli_report *report, int option, const char *value)
{
	switch (option) {
	case CLI_REPORT_FORMAT:
		return set_format(report, value);
	case CLI_REPORT_FAIL_ON:
		return set_fail_on(report, value);
	case CLI_REPORT_AS_WARNING:
		return set_override(report, value, REPORT_AS_WARNING);
	case CLI_REPORT_AS_ERROR:
		return set_override(report, value, REPORT_AS_ERROR);
	case CLI_REPORT_BASELINE:
		report->baseline_path = value;
		return true;
	default:
		return set_override(report, value, REPORT_SILENT);
	}
}

bool cli_dialect(const struct cli_command *command, const char *option, const char *value,
		 int *dialect)
{
	int choice = cli_choice(command, option, value, dialect_words);

	*dialect = choice > DIALECT_WEOS4 ? -1 : choice;
	return choice >= 0;
}

/* One line on standard error names the rules that -W and --no do nothing to. */
static void tell_refused(const struct report_settings *settings)
{
	char ids[RULE_COUNT * sizeof("WI1001, ")];
	size_t length = 0;

	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (report_override_is_refused((enum rule)rule,
					       settings->policy.overrides[rule]))
			length += (size_t)snprintf(ids + length, sizeof(ids) - length, "%s%s",
						   length ? ", " : "", rule_table[rule].id);
	}
	if (length)
		cli_complain("errors of %s cannot be silenced or lowered", ids);
}

void cli_report_ready(struct cli_report *report, FILE *out)
{
	struct report_settings *settings = &report->settings;

	settings->colour =
	    settings->writer == &report_writer_text && report_wants_colour(fileno(out));
	settings->version = WEIPSEC_VERSION;
	tell_refused(settings);
}

/* ---- baselines ---- */

int cli_report_open_baseline(struct cli_report *report)
{
	const char *path = report->baseline_path;
	struct text *text;
	const char *error;

	if (!path)
		return EXIT_OK;
	text = files_read(path);
	error = text ? baseline_read(text, &report->baseline) : strerror(errno);
	if (error)
		cli_complain("%s: %s", path, error);
	text_free(text);
	report->settings.policy.baseline = &report->baseline;
	return error ? EXIT_FAILED : EXIT_OK;
}

void cli_tell_baseline(const char *path, const struct fingerprints *baseline, bool is_whole)
{
	size_t refused = fingerprints_count(baseline, FINGERPRINT_REFUSED);
	size_t unused = is_whole ? fingerprints_count(baseline, FINGERPRINT_UNUSED) : 0;

	if (refused)
		cli_complain("%s: %zu %s that cannot be silenced", path, refused,
			     refused == 1 ? "entry is an error" : "entries are errors");
	if (unused)
		cli_complain("%s: %zu %s", path, unused,
			     unused == 1 ? "entry matches nothing" : "entries match nothing");
}

void cli_report_close_baseline(struct cli_report *report, bool is_used)
{
	if (is_used && report->baseline_path)
		cli_tell_baseline(report->baseline_path, &report->baseline, true);
	fingerprints_free(&report->baseline);
}

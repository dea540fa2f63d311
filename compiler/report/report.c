/* SPDX-License-Identifier: ISC */
#include "compiler/report/report.h"

#include "compiler/base/sink.h"
#include "compiler/finding/fingerprint.h"
#include "compiler/finding/silence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *report_path(const char *path)
{
	while (path[0] == '.' && path[1] == '/' && path[2]) {
		path += 2;
		while (path[0] == '/' && path[1])
			path++;
	}
	while (path[0] == '/' && path[1] == '/')
		path++;
	return path;
}

const char *report_related_path(const struct report_file *file,
				const struct finding_related *related)
{
	return related->text ? related->text->name : file->path;
}

bool report_wants_colour(int fd)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(fd) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

bool report_override_is_refused(enum rule rule, enum report_override override)
{
	return (override == REPORT_SILENT || override == REPORT_AS_WARNING) &&
	       rule_is_locked(rule) && rule_table[rule].severity == SEVERITY_ERROR;
}

bool report_shows_rule(const struct report_policy *policy, enum rule rule, enum severity *severity)
{
	switch (policy->overrides[rule]) {
	case REPORT_AS_IS:
		return true;
	case REPORT_AS_ERROR:
		*severity = SEVERITY_ERROR;
		return true;
	default:
		break;
	}
	if (!silence_may(rule, *severity))
		return true;
	*severity = SEVERITY_WARNING;
	return policy->overrides[rule] != REPORT_SILENT;
}

const struct report_policy *report_policy(const struct report *report,
					  const struct report_file *file)
{
	return file->policy ? file->policy : &report->settings->policy;
}

bool report_fails(const struct report_policy *policy, enum severity severity)
{
	int least = policy->fail_on > SEVERITY_ERROR ? SEVERITY_ERROR : policy->fail_on;

	return (int)severity >= least;
}

/* ---- what is left out ---- */

static bool is_suppressed(const struct report_policy *policy, const struct finding *finding)
{
	return finding->ignore && policy->obeys_comments;
}

static bool is_left_out(const struct report_policy *policy, const struct finding *finding)
{
	return finding->is_known || is_suppressed(policy, finding);
}

bool report_shows(const struct report_policy *policy, const struct finding *finding)
{
	enum severity severity = finding->severity;

	return !is_left_out(policy, finding) && report_shows_rule(policy, finding->rule, &severity);
}

static void know(const struct report_policy *policy, struct findings *findings)
{
	for (struct finding *at = findings->first; policy->baseline && at; at = at->next) {
		bool may = silence_may(at->rule, at->severity);

		at->is_known =
		    fingerprints_find(policy->baseline, at->fingerprint,
				      may ? FINGERPRINT_USED : FINGERPRINT_REFUSED) &&
		    may;
	}
}

bool report_know(const struct report_policy *policy, struct findings *findings, const char *name)
{
	struct finding **sorted;

	if (!policy->baseline)
		return true;
	sorted = findings_sorted(findings);
	if (!sorted || !fingerprint_all(findings, sorted, name))
		return false;
	know(policy, findings);
	return true;
}

/* Gives the findings of FILE, SORTED, what they are known again by, where that is asked for. */
static bool make_fingerprints(const struct report *report, const struct report_file *file,
			      struct finding *const *sorted)
{
	const struct report_policy *policy = report_policy(report, file);
	const char *name = file->name ? file->name : report_path(file->path);

	if (!report->writer->has_fingerprints && !policy->baseline)
		return true;
	if (!fingerprint_all(file->findings, sorted, name))
		return false;
	know(policy, file->findings);
	return true;
}

/* ---- counting ---- */

/* The findings of a file as they are counted. */
struct count {
	struct report *report;
	const struct report_policy *policy;
	size_t left[SEVERITY_ERROR + 1]; /* of those that were found, those not counted yet */
	size_t shown[SEVERITY_ERROR + 1];
};

/* Counts up to COUNT findings of RULE, which had SEVERITY.  Returns how many. */
static size_t count_some(struct count *counted, enum rule rule, enum severity severity,
			 size_t count)
{
	enum severity mapped = severity;
	bool shown = report_shows_rule(counted->policy, rule, &mapped);

	if (count > counted->left[severity])
		count = counted->left[severity];
	counted->left[severity] -= count;
	if (shown)
		counted->shown[mapped] += count;
	if (counted->policy->is_of_project[rule] && (!shown || mapped < severity))
		counted->report->hushed += count;
	return count;
}

/*
 * Past the limit of a rule only the severities of all rules together are known.  The rest of one
 * that the command line changes is taken to be like the last one kept, as far as there are such.
 */
static void count_rest(struct count *counted, enum rule rule, enum severity last, size_t count)
{
	count -= count_some(counted, rule, last, count);
	for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--)
		count -= count_some(counted, rule, (enum severity)severity, count);
}

size_t report_not_kept(const struct report *report, const struct report_file *file, enum rule rule)
{
	const struct findings *findings = file->findings;
	size_t silenced = findings->silenced[rule];
	size_t others = findings->count[rule] - silenced;
	size_t rest = others > FINDING_RULE_MAX ? others - FINDING_RULE_MAX : 0;

	if (silenced > FINDING_RULE_MAX && !report_policy(report, file)->obeys_comments)
		rest += silenced - FINDING_RULE_MAX;
	return rest;
}

static void count_kept(struct count *counted, const struct finding *finding)
{
	if (!finding->is_known) {
		count_some(counted, finding->rule, finding->severity, 1);
		return;
	}
	counted->left[finding->severity]--;
	counted->report->baselined++;
	counted->report->hushed += counted->policy->is_projects_baseline;
}

/* Adds what was shown, and whether it fails, to the report. */
static void add_counts(struct count *counted)
{
	for (int severity = SEVERITY_NOTE; severity <= SEVERITY_ERROR; severity++) {
		size_t shown = counted->shown[severity] + counted->left[severity];

		counted->report->severities[severity] += shown;
		if (shown && severity >= counted->policy->fail_on)
			counted->report->fails = true;
	}
}

static void count_findings(struct report *report, const struct report_file *file)
{
	const struct findings *findings = file->findings;
	struct count counted = {.report = report, .policy = report_policy(report, file)};
	enum severity last[RULE_COUNT] = {0};
	bool is_obeying = counted.policy->obeys_comments;

	memcpy(counted.left, findings->severities, sizeof(counted.left));
	for (int severity = SEVERITY_NOTE; is_obeying && severity <= SEVERITY_ERROR; severity++) {
		counted.left[severity] -= findings->silenced_severities[severity];
		report->suppressed += findings->silenced_severities[severity];
	}
	for (const struct finding *finding = findings->first; finding; finding = finding->next) {
		if (is_suppressed(counted.policy, finding))
			continue;
		count_kept(&counted, finding);
		last[finding->rule] = finding->severity;
	}
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		size_t rest = report_not_kept(report, file, (enum rule)rule);

		if (rest && counted.policy->overrides[rule] != REPORT_AS_IS)
			count_rest(&counted, (enum rule)rule, last[rule], rest);
	}
	add_counts(&counted);
}

size_t report_hushed(const struct report_policy *policy, struct findings *findings)
{
	const struct report_file file = {.findings = findings, .policy = policy};
	struct report report = {.settings = NULL};

	count_findings(&report, &file);
	return report.hushed;
}

void report_note_error(struct report *report)
{
	int error = sink_why(report->out);

	if (!error && report->spool)
		error = sink_why(report->spool);
	if (!report->error)
		report->error = error;
}

static void write_findings(struct report *report, const struct report_file *file,
			   struct finding *const *sorted)
{
	const struct report_policy *policy = report_policy(report, file);

	for (size_t i = 0; i < file->findings->kept && !report->error; i++) {
		const struct finding *at = sorted[i];
		enum severity severity = at->severity;

		if (!report_shows_rule(policy, at->rule, &severity))
			continue;
		report->rules[at->rule] += !is_left_out(policy, at);
		if (is_left_out(policy, at) && !report->writer->has_silenced)
			continue;
		if (report->writer->finding)
			report->writer->finding(report, file, at, severity);
		report_note_error(report);
	}
}

/* Tells what was only counted.  What is silenced is not missed. */
static void write_rest(struct report *report, const struct report_file *file)
{
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		size_t count = report_not_kept(report, file, (enum rule)rule);
		enum severity severity = rule_table[rule].severity;

		if (!count ||
		    !report_shows_rule(report_policy(report, file), (enum rule)rule, &severity))
			continue;
		report->truncated += count;
		report->rules[rule] += count;
		if (!report->error && report->writer->rest)
			report->writer->rest(report, file, (enum rule)rule, count);
	}
	report_note_error(report);
}

void report_begin(struct report *report, const struct report_settings *settings, FILE *out)
{
	memset(report, 0, sizeof(*report));
	report->settings = settings;
	report->writer = settings->writer;
	report->out = out;
	errno = 0;
	if (report->writer->begin)
		report->writer->begin(report);
	report_note_error(report);
}

static void report_findings(struct report *report, const struct report_file *file)
{
	struct finding **sorted = findings_sorted(file->findings);

	if (!report->error && (!sorted || !make_fingerprints(report, file, sorted)))
		report->error = ENOMEM;
	count_findings(report, file);
	if (!report->error)
		write_findings(report, file, sorted);
	write_rest(report, file);
}

void report_file(struct report *report, const struct report_file *file)
{
	errno = 0;
	if (!report->error && report->writer->file)
		report->writer->file(report, file);
	report_note_error(report);
	report->failed += file->error != NULL;
	if (file->findings)
		report_findings(report, file);
	if (!report->error && report->writer->file_end)
		report->writer->file_end(report, file);
	report_note_error(report);
}

int report_end(struct report *report)
{
	errno = 0;
	if (!report->error && report->writer->end)
		report->writer->end(report);
	report_note_error(report);
	if (!report->error && fflush(report->out) != 0)
		report_note_error(report);
	if (report->spool)
		fclose(report->spool);
	report->spool = NULL;
	return report->error;
}

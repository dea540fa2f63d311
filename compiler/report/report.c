/* SPDX-License-Identifier: ISC */
#include "compiler/report/report.h"

#include "compiler/base/sink.h"

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

bool report_shows_rule(const struct report_settings *settings, enum rule rule,
		       enum severity *severity)
{
	switch (settings->overrides[rule]) {
	case REPORT_AS_IS:
		return true;
	case REPORT_AS_ERROR:
		*severity = SEVERITY_ERROR;
		return true;
	default:
		break;
	}
	if (*severity == SEVERITY_ERROR && rule_is_locked(rule))
		return true;
	*severity = SEVERITY_WARNING;
	return settings->overrides[rule] != REPORT_SILENT;
}

/* Counts up to COUNT findings of RULE, which had SEVERITY, from what is LEFT.  Returns how many. */
static size_t count_some(struct report *report, size_t *left, enum rule rule,
			 enum severity severity, size_t count)
{
	enum severity mapped = severity;
	bool shown = report_shows_rule(report->settings, rule, &mapped);

	if (count > left[severity])
		count = left[severity];
	left[severity] -= count;
	if (shown)
		report->severities[mapped] += count;
	return count;
}

/*
 * Past the limit of a rule only the severities of all rules together are known.  The rest of one
 * that the command line changes is taken to be like the last one kept, as far as there are such.
 */
static void count_rest(struct report *report, size_t *left, enum rule rule, enum severity last,
		       size_t count)
{
	count -= count_some(report, left, rule, last, count);
	for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--)
		count -= count_some(report, left, rule, (enum severity)severity, count);
}

static bool is_left_out(const struct report *report, const struct finding *finding)
{
	return finding->ignore && report->settings->obeys_comments;
}

bool report_shows(const struct report_settings *settings, const struct finding *finding)
{
	enum severity severity = finding->severity;

	return !(finding->ignore && settings->obeys_comments) &&
	       report_shows_rule(settings, finding->rule, &severity);
}

size_t report_not_kept(const struct report *report, const struct findings *findings, enum rule rule)
{
	size_t silenced = findings->silenced[rule];
	size_t others = findings->count[rule] - silenced;
	size_t rest = others > FINDING_RULE_MAX ? others - FINDING_RULE_MAX : 0;

	if (silenced > FINDING_RULE_MAX && !report->settings->obeys_comments)
		rest += silenced - FINDING_RULE_MAX;
	return rest;
}

static void count_findings(struct report *report, const struct findings *findings)
{
	enum severity last[RULE_COUNT] = {0};
	size_t left[SEVERITY_ERROR + 1];
	bool is_obeying = report->settings->obeys_comments;

	memcpy(left, findings->severities, sizeof(left));
	for (int severity = SEVERITY_NOTE; is_obeying && severity <= SEVERITY_ERROR; severity++) {
		left[severity] -= findings->silenced_severities[severity];
		report->suppressed += findings->silenced_severities[severity];
	}
	for (const struct finding *finding = findings->first; finding; finding = finding->next) {
		if (is_left_out(report, finding))
			continue;
		count_some(report, left, finding->rule, finding->severity, 1);
		last[finding->rule] = finding->severity;
	}
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		size_t rest = report_not_kept(report, findings, (enum rule)rule);

		if (rest && report->settings->overrides[rule] != REPORT_AS_IS)
			count_rest(report, left, (enum rule)rule, last[rule], rest);
	}
	for (int severity = SEVERITY_NOTE; severity <= SEVERITY_ERROR; severity++)
		report->severities[severity] += left[severity];
}

void report_note_error(struct report *report)
{
	int error = sink_why(report->out);

	if (!error && report->spool)
		error = sink_why(report->spool);
	if (!report->error)
		report->error = error;
}

static void write_findings(struct report *report, const struct report_file *file)
{
	struct finding **sorted = findings_sorted(file->findings);

	if (!sorted) {
		report->error = ENOMEM;
		return;
	}
	for (size_t i = 0; i < file->findings->kept && !report->error; i++) {
		enum severity severity = sorted[i]->severity;

		if ((is_left_out(report, sorted[i]) && !report->writer->has_silenced) ||
		    !report_shows_rule(report->settings, sorted[i]->rule, &severity))
			continue;
		report->writer->finding(report, file, sorted[i], severity);
		report_note_error(report);
	}
}

/* Tells what was only counted.  What is silenced is not missed. */
static void write_rest(struct report *report, const struct report_file *file)
{
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		size_t count = report_not_kept(report, file->findings, (enum rule)rule);
		enum severity severity = rule_table[rule].severity;

		if (!count || !report_shows_rule(report->settings, (enum rule)rule, &severity))
			continue;
		report->truncated += count;
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

void report_file(struct report *report, const struct report_file *file)
{
	errno = 0;
	if (!report->error && report->writer->file)
		report->writer->file(report, file);
	report_note_error(report);
	report->failed += file->error != NULL;
	if (file->findings) {
		count_findings(report, file->findings);
		if (!report->error)
			write_findings(report, file);
		write_rest(report, file);
	}
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

bool report_reaches(const struct report *report, enum severity severity)
{
	for (int at = (int)severity; at <= SEVERITY_ERROR; at++) {
		if (report->severities[at])
			return true;
	}
	return false;
}

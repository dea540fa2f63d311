/* SPDX-License-Identifier: ISC */
/*
 * JUnit XML, for the test reports of CI servers: a suite a file, and in it a failed test a finding
 * at or above --fail-on, or one that passed; the others are lines of the suite's output.  What a
 * suite holds is counted before it is written, so nothing waits in memory.
 */
#include "compiler/base/printable.h"
#include "compiler/report/report.h"

#include <string.h>

/* TEXT for XML 1.0: all that it cannot hold is unprintable as well, and becomes \xHH. */
static void put(FILE *out, const char *text)
{
	while (*text) {
		size_t plain = strcspn(text, "&<>\"");

		printable_print(out, (struct slice){text, plain});
		text += plain;
		if (*text)
			fputs(printable_entity(*text++), out);
	}
}

static void put_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	put(out, value);
	fputc('"', out);
}

/* A test of FILE called NAME, left open. */
static void begin_case(FILE *out, const struct report_file *file, const char *name)
{
	fputs("<testcase", out);
	put_attribute(out, "classname", file->path);
	put_attribute(out, "name", name);
}

/* Whether a report has FINDING, and with which severity. */
static bool find_severity(const struct report_policy *policy, const struct finding *finding,
			  enum severity *severity)
{
	*severity = finding->severity;
	return report_shows(policy, finding) &&
	       report_shows_rule(policy, finding->rule, severity);
}

/* How many findings of RULE were only counted, if a report has them, and with which severity. */
static size_t find_rest(const struct report *report, const struct report_file *file, enum rule rule,
			enum severity *severity)
{
	size_t count = report_not_kept(report, file, rule);

	*severity = rule_table[rule].severity;
	return report_shows_rule(report_policy(report, file), rule, severity) ? count : 0;
}

/* How many findings fail a test, or do not, and one for all that were only counted of a rule. */
static size_t count_findings(const struct report *report, const struct report_file *file,
			     bool fails)
{
	const struct report_policy *policy = report_policy(report, file);
	enum severity severity;
	size_t count = 0;

	if (!file->findings)
		return 0;
	for (const struct finding *at = file->findings->first; at; at = at->next)
		count += find_severity(policy, at, &severity) &&
			 report_fails(policy, severity) == fails;
	for (int rule = 0; rule < RULE_COUNT; rule++)
		count += find_rest(report, file, (enum rule)rule, &severity) > 0 &&
			 report_fails(policy, severity) == fails;
	return count;
}

/* The one test of a file without findings. */
static void put_file_case(FILE *out, const struct report_file *file)
{
	begin_case(out, file, "check");
	if (file->error) {
		fputs("><error type=\"unreadable\"", out);
		put_attribute(out, "message", file->error);
		fputs("/></testcase>\n", out);
	} else if (file->skipped) {
		fputs("><skipped", out);
		put_attribute(out, "message", file->skipped);
		fputs("/></testcase>\n", out);
	} else {
		fputs("/>\n", out);
	}
}

static void junit_begin(struct report *report)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"weipsec\">\n",
	      report->out);
}

static void junit_file(struct report *report, const struct report_file *file)
{
	size_t failures = count_findings(report, file, true);

	fputs("<testsuite", report->out);
	put_attribute(report->out, "name", file->path);
	fprintf(report->out,
		" tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"%d\" time=\"0\">\n",
		failures ? failures : 1, failures, file->error != NULL, file->skipped != NULL);
	if (!failures)
		put_file_case(report->out, file);
}

/* The head of a line on a place in TEXT, the file PATH. */
static void put_head(FILE *out, const char *path, struct text *text, struct span at,
		     const char *kind)
{
	struct place place = text_place(text, at.from);

	put(out, path);
	fprintf(out, ":%u:%u: %s: ", place.line, place.column, kind);
}

static void put_place(FILE *out, const struct report_file *file, struct span at, const char *kind,
		      const char *message)
{
	put_head(out, file->path, file->findings->text, at, kind);
	put(out, message);
}

/* A line of the text of a failure. */
static void put_line(FILE *out, const struct report_file *file, struct span at, const char *kind,
		     const char *message)
{
	put_place(out, file, at, kind, message);
	fputc('\n', out);
}

static void put_related(FILE *out, const struct report_file *file, const struct finding_related *at)
{
	put_head(out, report_related_path(file, at), finding_related_text(file->findings, at),
		 at->at, "note");
	put(out, at->message);
	fputc('\n', out);
}

static void junit_finding(struct report *report, const struct report_file *file,
			  const struct finding *finding, enum severity severity)
{
	const struct rule_info *rule = &rule_table[finding->rule];
	struct place place = text_place(file->findings->text, finding->at.from);
	char name[sizeof("WI1001 at 4294967295:4294967295")];

	if (!report_fails(report_policy(report, file), severity))
		return;
	snprintf(name, sizeof(name), "%s at %u:%u", rule->id, place.line, place.column);
	begin_case(report->out, file, name);
	put_attribute(report->out, "file", file->path);
	fprintf(report->out, " line=\"%u\"><failure type=\"%s\"", place.line,
		severity_name(severity));
	put_attribute(report->out, "message", finding->message);
	fputc('>', report->out);
	put_line(report->out, file, finding->at, severity_name(severity), finding->message);
	if (finding->help)
		put_line(report->out, file, finding->at, "help", finding->help);
	for (const struct finding_related *at = finding->related; at; at = at->next)
		put_related(report->out, file, at);
	fprintf(report->out, "[%s %s]</failure></testcase>\n", rule->id, rule->name);
}

static void junit_rest(struct report *report, const struct report_file *file, enum rule rule,
		       size_t count)
{
	enum severity severity = rule_table[rule].severity;

	report_shows_rule(report_policy(report, file), rule, &severity);
	if (!report_fails(report_policy(report, file), severity))
		return;
	begin_case(report->out, file, rule_table[rule].id);
	fprintf(report->out, "><failure type=\"%s\" message=\"%zu more not shown\"/></testcase>\n",
		severity_name(severity), count);
}

/* What fails no test: a line each. */
static void put_others(struct report *report, const struct report_file *file)
{
	const struct report_policy *policy = report_policy(report, file);
	struct finding **sorted = findings_sorted(file->findings);
	enum severity severity;

	fputs("<system-out>", report->out);
	for (size_t i = 0; sorted && i < file->findings->kept; i++) {
		const struct finding *at = sorted[i];

		if (!find_severity(policy, at, &severity) || report_fails(policy, severity))
			continue;
		put_place(report->out, file, at->at, severity_name(severity), at->message);
		fprintf(report->out, " [%s %s]\n", rule_table[at->rule].id,
			rule_table[at->rule].name);
	}
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		size_t count = find_rest(report, file, (enum rule)rule, &severity);

		if (count && !report_fails(policy, severity))
			fprintf(report->out, "%zu more not shown [%s %s]\n", count,
				rule_table[rule].id, rule_table[rule].name);
	}
	fputs("</system-out>\n", report->out);
}

static void junit_file_end(struct report *report, const struct report_file *file)
{
	if (count_findings(report, file, false))
		put_others(report, file);
	fputs("</testsuite>\n", report->out);
}

static void junit_end(struct report *report)
{
	fputs("</testsuites>\n", report->out);
}

const struct report_writer report_writer_junit = {
    .begin = junit_begin,
    .file = junit_file,
    .finding = junit_finding,
    .rest = junit_rest,
    .file_end = junit_file_end,
    .end = junit_end,
};

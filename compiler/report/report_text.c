/* SPDX-License-Identifier: ISC */
/* The formats for people: with excerpts (text), and one line each (gcc). */
#include "compiler/base/printable.h"
#include "compiler/report/excerpt.h"
#include "compiler/report/report.h"

#include <stdlib.h>

#define RESET "\033[0m"
#define BOLD "\033[1m"

static const char *severity_colour(const struct report *report, enum severity severity)
{
	static const char *const colours[] = {
	    [SEVERITY_NOTE] = "\033[1;36m",
	    [SEVERITY_WARNING] = "\033[1;35m",
	    [SEVERITY_ERROR] = "\033[1;31m",
	};

	return report->settings->colour ? colours[severity] : NULL;
}

/* `FILE:LINE:COLUMN: SEVERITY: MESSAGE', without the end of the line. */
static void print_head_in(const struct report *report, struct text *text, const char *path,
			  struct span at, enum severity severity)
{
	struct place place = text_place(text, at.from);
	const char *colour = severity_colour(report, severity);

	fputs(colour ? BOLD : "", report->out);
	printable_puts(report->out, path);
	fprintf(report->out, ":%u:%u: %s%s: %s", place.line, place.column, colour ? colour : "",
		severity_name(severity), colour ? RESET : "");
}

static void print_head(const struct report *report, const struct report_file *file, struct span at,
		       enum severity severity, const char *message)
{
	print_head_in(report, file->findings->text, file->path, at, severity);
	printable_puts(report->out, message);
}

/* The same of a second place, which may be in another file. */
static void print_related(const struct report *report, const struct report_file *file,
			  const struct finding_related *at)
{
	print_head_in(report, finding_related_text(file->findings, at),
		      report_related_path(file, at), at->at, SEVERITY_NOTE);
	printable_puts(report->out, at->message);
	fputc('\n', report->out);
}

/* An excerpt, but of what is not CLI text, which hides secrets in ways that the mask knows nothing
 * of. */
static void print_excerpt(const struct report *report, const struct report_file *file,
			  struct text *text, struct span at, enum severity severity)
{
	struct mask_kept other = {.line = {NULL, 0}};
	uint32_t start;

	if (!text_is_json(text, &start) && !text_is_xml(text, &start))
		excerpt_print(report->out, text, at, severity_colour(report, severity),
			      text == file->findings->text ? &file->findings->mask : &other);
}

static void print_help(const struct report *report, const struct report_file *file,
		       const struct finding *finding)
{
	uint32_t line = text_place(file->findings->text, finding->at.from).line;

	if (!finding->help)
		return;
	fprintf(report->out, "%*s = help: ", excerpt_gutter(line), "");
	printable_puts(report->out, finding->help);
	fputc('\n', report->out);
}

static void text_finding(struct report *report, const struct report_file *file,
			 const struct finding *finding, enum severity severity)
{
	print_head(report, file, finding->at, severity, finding->message);
	fprintf(report->out, " [%s]\n", rule_table[finding->rule].id);
	if (finding->rule != WI119)
		print_excerpt(report, file, file->findings->text, finding->at, severity);
	print_help(report, file, finding);
	for (const struct finding_related *at = finding->related; at; at = at->next) {
		print_related(report, file, at);
		print_excerpt(report, file, finding_related_text(file->findings, at), at->at,
			      SEVERITY_NOTE);
	}
}

static void text_rest(struct report *report, const struct report_file *file, enum rule rule,
		      size_t count)
{
	printable_puts(report->out, file->path);
	fprintf(report->out, ": %s: %zu more not shown\n", rule_table[rule].id, count);
}

static void text_begin(struct report *report)
{
	const struct report_account *account = report->settings->account;

	if (account)
		account->text(account->context, report->settings->colour, report->out);
}

static void text_end(struct report *report)
{
	const char *comma = "";

	for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--) {
		size_t count = report->severities[severity];

		if (!count)
			continue;
		fprintf(report->out, "%s%zu %s%s", comma, count,
			severity_name((enum severity)severity), count == 1 ? "" : "s");
		comma = ", ";
	}
	if (report->suppressed) {
		fprintf(report->out, "%s%zu suppressed", comma, report->suppressed);
		comma = ", ";
	}
	if (report->baselined) {
		fprintf(report->out, "%s%zu baselined", comma, report->baselined);
		comma = ", ";
	}
	if (*comma)
		fputc('\n', report->out);
	if (report->settings->account && report->settings->account->text_end)
		report->settings->account->text_end(report->settings->account->context,
						    report->out);
}

static void gcc_finding(struct report *report, const struct report_file *file,
			const struct finding *finding, enum severity severity)
{
	print_head(report, file, finding->at, severity, finding->message);
	fprintf(report->out, " [%s]\n", rule_table[finding->rule].id);
	if (finding->help) {
		print_head(report, file, finding->at, SEVERITY_NOTE, finding->help);
		fputc('\n', report->out);
	}
	for (const struct finding_related *at = finding->related; at; at = at->next)
		print_related(report, file, at);
}

static void gcc_rest(struct report *report, const struct report_file *file, enum rule rule,
		     size_t count)
{
	printable_puts(report->out, file->path);
	fprintf(report->out, ": note: %s: %zu more not shown\n", rule_table[rule].id, count);
}

/* ---- instead of findings ---- */

struct statistic {
	enum rule rule;
	size_t count;
};

static int compare_statistics(const void *a, const void *b)
{
	const struct statistic *one = a, *other = b;

	if (one->count != other->count)
		return one->count < other->count ? 1 : -1;
	return (int)one->rule - (int)other->rule;
}

/* `COUNT ID NAME' of each rule that was found, most first. */
static void statistics_end(struct report *report)
{
	struct statistic list[RULE_COUNT];

	for (int rule = 0; rule < RULE_COUNT; rule++)
		list[rule] = (struct statistic){(enum rule)rule, report->rules[rule]};
	qsort(list, RULE_COUNT, sizeof(*list), compare_statistics);
	for (size_t i = 0; i < RULE_COUNT && list[i].count; i++)
		fprintf(report->out, "%zu %s %s\n", list[i].count, rule_table[list[i].rule].id,
			rule_table[list[i].rule].name);
	text_end(report);
}

const struct report_writer report_writer_statistics = {
    .end = statistics_end,
};

const struct report_writer report_writer_text = {
    .begin = text_begin,
    .finding = text_finding,
    .rest = text_rest,
    .end = text_end,
};

const struct report_writer report_writer_gcc = {
    .finding = gcc_finding,
    .rest = gcc_rest,
};

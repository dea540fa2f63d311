/* SPDX-License-Identifier: ISC */
/* The formats for people: with excerpts (text), and one line each (gcc). */
#include "compiler/base/printable.h"
#include "compiler/report/excerpt.h"
#include "compiler/report/report.h"

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
static void print_head(const struct report *report, const struct report_file *file, struct span at,
		       enum severity severity, const char *message)
{
	struct place place = text_place(file->findings->text, at.from);
	const char *colour = severity_colour(report, severity);

	fputs(colour ? BOLD : "", report->out);
	printable_puts(report->out, file->path);
	fprintf(report->out, ":%u:%u: %s%s: %s", place.line, place.column, colour ? colour : "",
		severity_name(severity), colour ? RESET : "");
	printable_puts(report->out, message);
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
	struct text *text = file->findings->text;

	print_head(report, file, finding->at, severity, finding->message);
	fprintf(report->out, " [%s]\n", rule_table[finding->rule].id);
	/* what is not CLI text hides secrets in ways that the mask knows nothing of */
	if (finding->rule != WI119)
		excerpt_print(report->out, text, finding->at, severity_colour(report, severity));
	print_help(report, file, finding);
	for (const struct finding_related *at = finding->related; at; at = at->next) {
		print_head(report, file, at->at, SEVERITY_NOTE, at->message);
		fputc('\n', report->out);
		excerpt_print(report->out, text, at->at, severity_colour(report, SEVERITY_NOTE));
	}
}

static void text_rest(struct report *report, const struct report_file *file, enum rule rule,
		      size_t count)
{
	printable_puts(report->out, file->path);
	fprintf(report->out, ": %s: %zu more not shown\n", rule_table[rule].id, count);
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
	if (*comma)
		fputc('\n', report->out);
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
	for (const struct finding_related *at = finding->related; at; at = at->next) {
		print_head(report, file, at->at, SEVERITY_NOTE, at->message);
		fputc('\n', report->out);
	}
}

static void gcc_rest(struct report *report, const struct report_file *file, enum rule rule,
		     size_t count)
{
	printable_puts(report->out, file->path);
	fprintf(report->out, ": note: %s: %zu more not shown\n", rule_table[rule].id, count);
}

const struct report_writer report_writer_text = {
    .finding = text_finding,
    .rest = text_rest,
    .end = text_end,
};

const struct report_writer report_writer_gcc = {
    .finding = gcc_finding,
    .rest = gcc_rest,
};

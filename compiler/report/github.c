/* SPDX-License-Identifier: ISC */
/*
 * Annotations: the workflow commands of GitHub Actions, one a line.  The runner undoes percent
 * escapes, so a name may hold what it likes; it obeys any line that begins with two colons, so none
 * may begin with what others wrote.
 */
#include "compiler/base/printable.h"
#include "compiler/base/region.h"
#include "compiler/report/report.h"

#include <string.h>

/* What ends a message, and what ends a property as well. */
#define IN_MESSAGE "%\r\n"
#define IN_PROPERTY "%\r\n:,"

/* TEXT with the characters of ESCAPED as %HH, and what is unprintable else as \xHH. */
static void github_put(FILE *out, const char *text, const char *escaped)
{
	while (*text) {
		size_t plain = strcspn(text, escaped);

		printable_print(out, (struct slice){text, plain});
		text += plain;
		if (*text)
			fprintf(out, "%%%02X", (unsigned)(unsigned char)*text++);
	}
}

/* `::LEVEL file=PATH', where more properties may follow. */
static void begin_command(FILE *out, const char *level, const char *path)
{
	fprintf(out, "::%s file=", level);
	github_put(out, report_path(path), IN_PROPERTY);
}

static const char *level_name(enum severity severity)
{
	return severity == SEVERITY_NOTE ? "notice" : severity_name(severity);
}

/* Columns are for a region on one line only. */
static void put_region(FILE *out, struct region region)
{
	fprintf(out, ",line=%u", region.from.line);
	if (region.to.line != region.from.line) {
		fprintf(out, ",endLine=%u", region.to.line);
		return;
	}
	if (region.from.column)
		fprintf(out, ",col=%u", region.from.column);
	if (region.from.column && region.to.column)
		fprintf(out, ",endColumn=%u", region.to.column);
}

static void github_file(struct report *report, const struct report_file *file)
{
	if (file->error) {
		begin_command(report->out, "error", file->path);
		fputs(",title=weipsec::cannot be read: ", report->out);
		github_put(report->out, file->error, IN_MESSAGE);
		fputc('\n', report->out);
	}
}

static void github_finding(struct report *report, const struct report_file *file,
			   const struct finding *finding, enum severity severity)
{
	const struct rule_info *rule = &rule_table[finding->rule];
	struct text *text = file->findings->text;

	begin_command(report->out, level_name(severity), file->path);
	put_region(report->out, region_of(text, finding->at));
	fprintf(report->out, ",title=%s %s::", rule->id, rule->name);
	github_put(report->out, finding->message, IN_MESSAGE);
	if (finding->help) {
		fputs("%0Ahelp: ", report->out);
		github_put(report->out, finding->help, IN_MESSAGE);
	}
	for (const struct finding_related *at = finding->related; at; at = at->next) {
		fputs("%0A", report->out);
		if (at->text)
			github_put(report->out, report_path(at->text->name), IN_MESSAGE);
		fprintf(report->out, "%sline %u: ", at->text ? ", " : "",
			text_place(finding_related_text(file->findings, at), at->at.from).line);
		github_put(report->out, at->message, IN_MESSAGE);
	}
	fputc('\n', report->out);
}

static void github_rest(struct report *report, const struct report_file *file, enum rule rule,
			size_t count)
{
	begin_command(report->out, "notice", file->path);
	fprintf(report->out, ",title=%s %s::%zu more not shown\n", rule_table[rule].id,
		rule_table[rule].name, count);
}

const struct report_writer report_writer_github = {
    .file = github_file,
    .finding = github_finding,
    .rest = github_rest,
};

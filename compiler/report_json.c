/* SPDX-License-Identifier: ISC */
/*
 * One JSON document, written as it comes.  The list of files stands before the diagnostics and is
 * complete only when the last file was read, so the diagnostics wait in a temporary file: neither
 * of them is ever in memory as a whole.
 */
#include "compiler/printable.h"
#include "compiler/report.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Only ASCII goes out: a name or a message may hold what a terminal obeys. */
#define DUMP_FLAGS JSON_ENSURE_ASCII

/* A string as it is if it is UTF-8, else with \xHH for what is not. */
static json_t *string_json(const char *string)
{
	json_t *json = json_string(string);
	char *copy;

	if (json)
		return json;
	copy = printable_new(string);
	json = copy ? json_string(copy) : NULL;
	free(copy);
	return json;
}

static void set_integer(json_t *object, const char *key, size_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

static void set_place(json_t *object, const char *line, const char *column, struct place place)
{
	set_integer(object, line, place.line);
	set_integer(object, column, place.column);
}

static void set_span(json_t *object, struct text *text, struct span at)
{
	set_place(object, "line", "column", text_place(text, at.from));
	set_place(object, "end_line", "end_column", text_place(text, at.to));
}

static json_t *related_json(const struct report_file *file, const struct finding_related *related)
{
	json_t *list = json_array();

	for (; related; related = related->next) {
		struct place place = text_place(file->findings->text, related->at.from);
		json_t *one = json_object();

		json_object_set_new(one, "file", string_json(file->path));
		set_place(one, "line", "column", place);
		json_object_set_new(one, "message", string_json(related->message));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *fix_json(const struct report_file *file, const struct finding_edit *edit)
{
	json_t *fix = json_object();
	json_t *list = json_array();

	for (; edit; edit = edit->next) {
		json_t *one = json_object();

		set_span(one, file->findings->text, edit->at);
		json_object_set_new(one, "text", string_json(edit->text));
		json_array_append_new(list, one);
	}
	json_object_set_new(fix, "edits", list);
	return fix;
}

static json_t *finding_json(const struct report_file *file, const struct finding *finding,
			    enum severity severity)
{
	const struct rule_info *rule = &rule_table[finding->rule];
	json_t *json = json_object();

	json_object_set_new(json, "rule", json_string(rule->id));
	json_object_set_new(json, "name", json_string(rule->name));
	json_object_set_new(json, "severity", json_string(severity_name(severity)));
	if (finding->tunnel >= 0)
		set_integer(json, "tunnel", (size_t)finding->tunnel);
	json_object_set_new(json, "file", string_json(file->path));
	set_span(json, file->findings->text, finding->at);
	json_object_set_new(json, "message", string_json(finding->message));
	if (finding->help)
		json_object_set_new(json, "help", string_json(finding->help));
	if (finding->related)
		json_object_set_new(json, "related", related_json(file, finding->related));
	if (finding->edits)
		json_object_set_new(json, "fix", fix_json(file, finding->edits));
	return json;
}

/* Writes JSON, which it frees, as one element of a list, on a line of its own. */
static void write_element(struct report *report, FILE *out, json_t *json, size_t before)
{
	fputs(before ? ",\n" : "\n", out);
	if (!json || (json_dumpf(json, out, DUMP_FLAGS) != 0 && !ferror(out)))
		report->error = ENOMEM;
	json_decref(json);
}

/* A file without a name; memory serves where there is no folder for one. */
static FILE *spool_open(void)
{
	FILE *spool = tmpfile();
	int fd;

	if (spool)
		return spool;
	fd = memfd_create("weipsec", MFD_CLOEXEC);
	spool = fd < 0 ? NULL : fdopen(fd, "w+");
	if (!spool && fd >= 0)
		close(fd);
	return spool;
}

static void json_begin(struct report *report)
{
	json_t *tool = json_object();

	report->spool = spool_open();
	if (!report->spool)
		report->error = errno;
	json_object_set_new(tool, "name", json_string("weipsec"));
	json_object_set_new(tool, "version", json_string(report->settings->version));
	fputs("{\"schema_version\": 1, \"tool\": ", report->out);
	json_dumpf(tool, report->out, DUMP_FLAGS);
	fputs(",\n\"files\": [", report->out);
	json_decref(tool);
}

static void json_file(struct report *report, const struct report_file *file)
{
	static const char *const dialects[] = {
	    [DIALECT_WEOS5] = "weos5",
	    [DIALECT_WEOS4] = "weos4",
	};
	json_t *json = json_object();

	json_object_set_new(json, "path", string_json(file->path));
	if (file->model) {
		json_object_set_new(json, "dialect", json_string(dialects[file->model->dialect]));
		set_integer(json, "tunnels", file->model->count);
	}
	if (file->error)
		json_object_set_new(json, "error", string_json(file->error));
	if (file->skipped)
		json_object_set_new(json, "skipped", string_json(file->skipped));
	write_element(report, report->out, json, report->files);
}

static void json_finding(struct report *report, const struct report_file *file,
			 const struct finding *finding, enum severity severity)
{
	write_element(report, report->spool, finding_json(file, finding, severity),
		      report->diagnostics++);
}

static void copy_spool(struct report *report)
{
	char buffer[1 << 14];
	size_t size;

	if (fflush(report->spool) != 0) {
		report->error = errno;
		return;
	}
	rewind(report->spool);
	while ((size = fread(buffer, 1, sizeof(buffer), report->spool)) > 0 &&
	       fwrite(buffer, 1, size, report->out) == size)
		;
}

static void json_end(struct report *report)
{
	json_t *summary = json_object();

	fputs("\n],\n\"diagnostics\": [", report->out);
	copy_spool(report);
	set_integer(summary, "errors", report->severities[SEVERITY_ERROR]);
	set_integer(summary, "warnings", report->severities[SEVERITY_WARNING]);
	set_integer(summary, "notes", report->severities[SEVERITY_NOTE]);
	set_integer(summary, "suppressed", report->suppressed);
	set_integer(summary, "truncated", report->truncated);
	fputs("\n],\n\"summary\": ", report->out);
	json_dumpf(summary, report->out, DUMP_FLAGS);
	fputs("}\n", report->out);
	json_decref(summary);
}

const struct report_writer report_writer_json = {
    .begin = json_begin,
    .file = json_file,
    .finding = json_finding,
    .end = json_end,
};

/* SPDX-License-Identifier: ISC */
/*
 * One JSON document, written as it comes.  The list of files stands before the diagnostics and is
 * complete only when the last file was read, so the diagnostics wait in a temporary file: neither
 * of them is ever in memory as a whole.
 */
#include "compiler/base/json.h"
#include "compiler/report/document.h"
#include "compiler/report/report.h"

#include <errno.h>

static json_t *related_json(const struct report_file *file, const struct finding_related *related)
{
	json_t *list = json_array();

	for (; related; related = related->next) {
		json_t *one = json_object();

		json_put_string(&one, "file", report_related_path(file, related));
		json_put_place(&one, finding_related_text(file->findings, related),
			       related->at.from);
		json_put_string(&one, "message", related->message);
		json_append(&list, one);
	}
	return list;
}

static json_t *fix_json(const struct report_file *file, const struct finding_edit *edit)
{
	json_t *fix = json_object();
	json_t *list = json_array();

	for (; edit; edit = edit->next) {
		json_t *one = json_object();

		json_put_span(&one, file->findings->text, edit->at);
		json_put_string(&one, "text", edit->text);
		json_append(&list, one);
	}
	json_put(&fix, "edits", list);
	return fix;
}

static json_t *finding_json(const struct report_file *file, const struct finding *finding,
			    enum severity severity)
{
	const struct rule_info *rule = &rule_table[finding->rule];
	json_t *json = json_object();

	json_put_string(&json, "rule", rule->id);
	json_put_string(&json, "name", rule->name);
	json_put_string(&json, "severity", severity_name(severity));
	if (finding->tunnel >= 0)
		json_put_integer(&json, "tunnel", (size_t)finding->tunnel);
	json_put_string(&json, "file", file->path);
	json_put_span(&json, file->findings->text, finding->at);
	json_put_string(&json, "message", finding->message);
	if (finding->help)
		json_put_string(&json, "help", finding->help);
	if (finding->related)
		json_put(&json, "related", related_json(file, finding->related));
	if (finding->to.line) {
		json_t *to = json_object();

		json_put_integer(&to, "line", finding->to.line);
		json_put_integer(&to, "column", finding->to.column);
		json_put(&json, "to", to);
	}
	if (finding->edits)
		json_put(&json, "fix", fix_json(file, finding->edits));
	json_put_string(&json, "fingerprint", finding->fingerprint);
	return json;
}

static void json_begin(struct report *report)
{
	json_t *tool = json_object();

	document_spool(report);
	json_put_string(&tool, "name", "weipsec");
	json_put_string(&tool, "version", report->settings->version);
	fputs("{\"schema_version\": 1, \"tool\": ", report->out);
	document_write(report, tool);
	fputs(",\n\"files\": [", report->out);
}

static void json_file(struct report *report, const struct report_file *file)
{
	static const char *const dialects[] = {
	    [DIALECT_WEOS5] = "weos5",
	    [DIALECT_WEOS4] = "weos4",
	};
	json_t *json = json_object();

	json_put_string(&json, "path", file->path);
	if (file->model) {
		json_put_string(&json, "dialect", dialects[file->model->dialect]);
		json_put_integer(&json, "tunnels", file->model->count);
	}
	if (file->error)
		json_put_string(&json, "error", file->error);
	if (file->skipped)
		json_put_string(&json, "skipped", file->skipped);
	document_list(report, json);
}

static void json_finding(struct report *report, const struct report_file *file,
			 const struct finding *finding, enum severity severity)
{
	document_list_spooled(report, finding_json(file, finding, severity));
}

static void json_end(struct report *report)
{
	const struct report_account *account = report->settings->account;
	json_t *summary = json_object();

	fputs("\n],\n\"diagnostics\": [", report->out);
	document_copy_spool(report);
	fputs("\n],\n", report->out);
	if (account) {
		if (!account->json(account->context, report->out))
			report->error = ENOMEM;
		fputs(",\n", report->out);
	}
	json_put_integer(&summary, "errors", report->severities[SEVERITY_ERROR]);
	json_put_integer(&summary, "warnings", report->severities[SEVERITY_WARNING]);
	json_put_integer(&summary, "notes", report->severities[SEVERITY_NOTE]);
	json_put_integer(&summary, "suppressed", report->suppressed);
	if (report->settings->policy.baseline || report->baselined)
		json_put_integer(&summary, "baselined", report->baselined);
	json_put_integer(&summary, "truncated", report->truncated);
	fputs("\"summary\": ", report->out);
	document_write(report, summary);
	fputs("}\n", report->out);
}

const struct report_writer report_writer_json = {
    .has_fingerprints = true,
    .begin = json_begin,
    .file = json_file,
    .finding = json_finding,
    .end = json_end,
};

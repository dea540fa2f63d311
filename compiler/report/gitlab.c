/* SPDX-License-Identifier: ISC */
/* The report of GitLab's code quality: an array, an object for each finding. */
#include "compiler/base/json.h"
#include "compiler/report/document.h"
#include "compiler/report/report.h"

#include <stdlib.h>

static const char *grade(enum severity severity)
{
	static const char *const grades[] = {
	    [SEVERITY_NOTE] = "info",
	    [SEVERITY_WARNING] = "major",
	    [SEVERITY_ERROR] = "critical",
	};

	return grades[severity];
}

static void put_description(json_t **json, const struct finding *finding)
{
	char *text;

	if (!finding->help) {
		json_put_string(json, "description", finding->message);
	} else if (asprintf(&text, "%s: %s", finding->message, finding->help) < 0) {
		json_put(json, "description", NULL);
	} else {
		json_put_string(json, "description", text);
		free(text);
	}
}

static void gitlab_begin(struct report *report)
{
	fputc('[', report->out);
}

static void gitlab_finding(struct report *report, const struct report_file *file,
			   const struct finding *finding, enum severity severity)
{
	struct place place = text_place(file->findings->text, finding->at.from);
	json_t *json = json_object(), *location = json_object(), *lines = json_object();

	put_description(&json, finding);
	json_put_string(&json, "check_name", rule_table[finding->rule].id);
	json_put_string(&json, "fingerprint", finding->fingerprint);
	json_put_string(&json, "severity", grade(severity));
	json_put_integer(&lines, "begin", place.line);
	json_put_string(&location, "path", report_path(file->path));
	json_put(&location, "lines", lines);
	json_put(&json, "location", location);
	document_list(report, json);
}

static void gitlab_end(struct report *report)
{
	fputs("\n]\n", report->out);
}

const struct report_writer report_writer_gitlab = {
    .has_fingerprints = true,
    .begin = gitlab_begin,
    .finding = gitlab_finding,
    .end = gitlab_end,
};

/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/diagnostics.h"

#include "compiler/base/json.h"

#include <stdio.h>
#include <stdlib.h>

static int number_of(enum severity severity)
{
	static const int numbers[] = {
	    [SEVERITY_ERROR] = 1, [SEVERITY_WARNING] = 2, [SEVERITY_NOTE] = 3};

	return numbers[severity];
}

static json_t *related_json(const struct client *client, const struct document *document,
			    const struct finding *finding)
{
	json_t *list = json_array();

	for (const struct finding_related *at = finding->related; at; at = at->next) {
		json_t *one = json_object(), *location = json_object();

		json_put_string(&location, "uri", document->uri);
		json_put(&location, "range",
			 range_json(document->compilation->text, client->encoding, at->at));
		json_put(&one, "location", location);
		json_put_string(&one, "message", at->message);
		json_append(&list, one);
	}
	return list;
}

/* Where an editor has no place for further places, the message has their lines. */
static json_t *message_json(const struct client *client, const struct document *document,
			    const struct finding *finding)
{
	char *message = NULL;
	size_t size;
	FILE *out = open_memstream(&message, &size);
	json_t *json;

	if (!out)
		return NULL;
	fputs(finding->message, out);
	if (finding->help)
		fprintf(out, "\nhelp: %s", finding->help);
	for (const struct finding_related *at = finding->related; at && !client->has_related;
	     at = at->next)
		fprintf(out, "\nline %u: %s",
			text_place(document->compilation->text, at->at.from).line, at->message);
	json = fclose(out) == 0 ? json_string(message) : NULL;
	free(message);
	return json;
}

static json_t *data_json(const struct finding *finding)
{
	json_t *data = json_object();

	json_put_string(&data, "name", rule_table[finding->rule].name);
	if (finding->tunnel >= 0)
		json_put_integer(&data, "tunnel", (size_t)finding->tunnel);
	json_put(&data, "fixable", json_boolean(finding->edits));
	return data;
}

json_t *diagnostic_json(const struct client *client, const struct document *document,
			const struct finding *finding)
{
	json_t *json = json_object();
	enum severity severity = finding->severity;

	report_shows_rule(document_policy(document), finding->rule, &severity);
	json_put(&json, "range",
		 range_json(document->compilation->text, client->encoding, finding->at));
	json_put(&json, "severity", json_integer(number_of(severity)));
	json_put_string(&json, "code", rule_table[finding->rule].id);
	json_put_string(&json, "source", "weipsec");
	json_put(&json, "message", message_json(client, document, finding));
	if (finding->related && client->has_related)
		json_put(&json, "relatedInformation", related_json(client, document, finding));
	json_put(&json, "data", data_json(finding));
	return json;
}

/* Without memory for their order there is NULL in the list's place. */
static json_t *list_json(const struct client *client, const struct document *document,
			 struct findings *findings)
{
	struct finding **sorted = findings_sorted(findings);
	json_t *list = sorted ? json_array() : NULL;

	for (size_t i = 0; sorted && i < findings->kept; i++) {
		if (report_shows(document_policy(document), sorted[i]))
			json_append(&list, diagnostic_json(client, document, sorted[i]));
	}
	return list;
}

json_t *diagnostics_json(const struct client *client, const struct document *document,
			 struct compilation *compilation)
{
	json_t *params = json_object();

	json_put_string(&params, "uri", document->uri);
	if (document->version)
		json_put(&params, "version", json_incref(document->version));
	json_put(&params, "diagnostics",
		 compilation && document_is_ours(document)
		     ? list_json(client, document, &compilation->findings)
		     : json_array());
	return params;
}

bool diagnostic_is_at(const struct document *document, const struct finding *finding,
		      struct span at)
{
	return finding->at.from <= at.to && at.from <= finding->at.to &&
	       report_shows(document_policy(document), finding);
}

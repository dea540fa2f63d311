/* SPDX-License-Identifier: ISC */
/*
 * SARIF 2.1.0 (OASIS), for code scanning.  The results are written as they come.  What is said of
 * whole files (unreadable, left alone, more findings than are kept) belongs to the invocation,
 * which stands behind them and waits in the spool.
 *
 * A SARIF column is a UTF-16 unit or a code point and never a byte: ours are converted, and
 * `columnKind' says to what.  There are no snippets, since lines may hold secrets.
 *
 * What comments silence is here too, and marked.  Either all results of a run have `suppressions'
 * or none (3.27.23), so those that nothing silences have an empty list.
 */
#include "compiler/base/json.h"
#include "compiler/base/printable.h"
#include "compiler/base/region.h"
#include "compiler/finding/silence.h"
#include "compiler/report/document.h"
#include "compiler/report/report.h"
#include "compiler/tables/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA                                                                                     \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"                      \
	"sarif-schema-2.1.0.json"

/* Bytes that what is said of a file has at most. */
#define NOTICE_MAX 256

/* ---- texts and names ---- */

/* Puts TEXT into *JSON as KEY: braces are placeholders in a message and doubled (3.11.5). */
static void put_text(json_t **json, const char *key, const char *text, bool has_brackets)
{
	char *copy = malloc(2 * strlen(text) + 1);
	char *end = copy;

	if (!copy) {
		json_put(json, key, NULL);
		return;
	}
	for (; *text; text++) {
		if (*text == '{' || *text == '}')
			*end++ = *text;
		else if (has_brackets && (*text == '[' || *text == ']' || *text == '\\'))
			*end++ = '\\';
		*end++ = *text;
	}
	*end = '\0';
	json_put_string(json, key, copy);
	free(copy);
}

/* TEXT as a message of its own; what looks like a link in it is none (3.11.6). */
static json_t *message_json(const char *text)
{
	json_t *json = json_object();

	put_text(&json, "text", text, strstr(text, "](") != NULL);
	return json;
}

/* What a path may hold unescaped (RFC 3986, 3.3), but `:', which would end a scheme. */
static int is_path_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~/!$&'()*+,;=@", c));
}

/* `{ "uri": ... }': relative where PATH is. */
static json_t *location_json(const char *path)
{
	static const char scheme[] = "file://";
	char *uri, *end;
	json_t *json = json_object();

	path = report_path(path);
	uri = malloc(sizeof(scheme) + 3 * strlen(path));
	if (!uri) {
		json_decref(json);
		return NULL;
	}
	end = uri + sprintf(uri, "%s", *path == '/' ? scheme : "");
	for (; *path; path++)
		end += is_path_character(*path)
			   ? sprintf(end, "%c", *path)
			   : sprintf(end, "%%%02X", (unsigned)(unsigned char)*path);
	json_put_string(&json, "uri", uri);
	free(uri);
	return json;
}

/* The message of FINDING, and what to type. */
static json_t *finding_message_json(const struct finding *finding)
{
	json_t *json;
	char *text;

	if (!finding->help)
		return message_json(finding->message);
	if (asprintf(&text, "%s\nhelp: %s", finding->message, finding->help) < 0)
		return NULL;
	json = message_json(text);
	free(text);
	return json;
}

/* ---- places ---- */

static json_t *region_json(struct region region)
{
	json_t *json = json_object();

	json_put_integer(&json, "startLine", region.from.line);
	if (region.from.column)
		json_put_integer(&json, "startColumn", region.from.column);
	json_put_integer(&json, "endLine", region.to.line);
	if (region.from.column && region.to.column)
		json_put_integer(&json, "endColumn", region.to.column);
	return json;
}

static json_t *place_json_in(const char *path, struct text *text, struct span at)
{
	json_t *physical = json_object();
	json_t *json = json_object();

	json_put(&physical, "artifactLocation", location_json(path));
	json_put(&physical, "region", region_json(region_of(text, at)));
	json_put(&json, "physicalLocation", physical);
	return json;
}

static json_t *place_json(const struct report_file *file, struct span at)
{
	return place_json_in(file->path, file->findings->text, at);
}

static json_t *places_json(const struct report_file *file, struct span at)
{
	json_t *list = json_array();

	json_append(&list, place_json(file, at));
	return list;
}

static json_t *related_json(const struct report_file *file, const struct finding_related *related)
{
	json_t *list = json_array();

	for (size_t id = 0; related; related = related->next, id++) {
		json_t *one = place_json_in(report_related_path(file, related),
					    finding_related_text(file->findings, related),
					    related->at);

		json_put_integer(&one, "id", id);
		json_put(&one, "message", message_json(related->message));
		json_append(&list, one);
	}
	return list;
}

/* ---- fixes ---- */

/* Without columns an edit would be one of whole lines. */
static int has_columns(const struct report_file *file, const struct finding_edit *edit)
{
	for (; edit; edit = edit->next) {
		struct region region = region_of(file->findings->text, edit->at);

		if (!region.from.column || !region.to.column)
			return 0;
	}
	return 1;
}

static json_t *replacements_json(const struct report_file *file, const struct finding_edit *edit)
{
	json_t *list = json_array();

	for (; edit; edit = edit->next) {
		struct region region = region_of(file->findings->text, edit->at);
		json_t *content = json_object();
		json_t *one = json_object();

		json_put_string(&content, "text", edit->text);
		json_put(&one, "deletedRegion", region_json(region));
		json_put(&one, "insertedContent", content);
		json_append(&list, one);
	}
	return list;
}

static json_t *fixes_json(const struct report_file *file, const struct finding *finding)
{
	json_t *change = json_object();
	json_t *changes = json_array();
	json_t *fix = json_object();
	json_t *fixes = json_array();

	json_put(&change, "artifactLocation", location_json(file->path));
	json_put(&change, "replacements", replacements_json(file, finding->edits));
	json_append(&changes, change);
	if (finding->help)
		json_put(&fix, "description", message_json(finding->help));
	json_put(&fix, "artifactChanges", changes);
	json_append(&fixes, fix);
	return fixes;
}

/* ---- the tool ---- */

/*
 * The rules are the same in each report and the most of a small one, so they are written as they
 * are read: to build them as JSON first took longer than checking a file.  Their texts are ours:
 * UTF-8 without controls.
 */

/* TEXT in a string, with what put_text() does to it. */
static void write_text(FILE *out, const char *text, bool has_brackets)
{
	for (; *text; text++) {
		if (*text == '{' || *text == '}')
			putc_unlocked(*text, out);
		else if (has_brackets && (*text == '[' || *text == ']' || *text == '\\'))
			fputs("\\\\", out);
		if (*text == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*text == '"' || *text == '\\')
			putc_unlocked('\\', out);
		putc_unlocked(*text, out);
	}
}

/* The beginning of message_json(TEXT): its object is still open. */
static void write_message(FILE *out, const char *key, const char *text)
{
	fprintf(out, "\"%s\": {\"text\": \"", key);
	write_text(out, text, strstr(text, "](") != NULL);
	fputc('"', out);
}

/* The page of RULE; its Markdown may have links. */
static void write_help(FILE *out, enum rule rule)
{
	const struct page *page = &page_table[rule];

	write_message(out, "help", page->text ? page->text : rule_table[rule].line);
	if (!page->markdown)
		return;
	fputs(", \"markdown\": \"", out);
	write_text(out, page->markdown, false);
	fputc('"', out);
}

/* What the rules of a hundred have in common. */
static const char *area(const char *id)
{
	static const char *const areas[] = {"text",	 "values",    "algorithms", "identities",
					    "tunnels",	 "addresses", "roles",	    "policy",
					    "migration", "pair",      "fleet"};
	size_t hundred = strtoul(id + 2, NULL, 10) / 100 - 1;

	return areas[hundred < sizeof(areas) / sizeof(*areas) ? hundred : 0];
}

/* Tags, and the severity that code scanning sorts what is about security by. */
static void write_properties(FILE *out, const struct rule_info *info)
{
	const char *what =
	    info->risk == RISK_CONFIDENTIALITY ? "confidentiality" : "authentication";

	fprintf(out, ", \"properties\": {\"tags\": [\"%s\"", area(info->id));
	if (info->risk)
		fprintf(out, ", \"security\", \"%s\"], \"security-severity\": \"%u.%u\"}", what,
			info->risk_tenths / 10, info->risk_tenths % 10);
	else
		fputs("]}", out);
}

static void write_rule(FILE *out, enum rule rule)
{
	const struct rule_info *info = &rule_table[rule];

	fprintf(out, "%s{\"id\": \"%s\", \"name\": \"%s\", ", rule ? ",\n" : "\n", info->id,
		info->name);
	write_message(out, "shortDescription", info->line);
	if (page_table[rule].what) {
		fputs("}, ", out);
		write_message(out, "fullDescription", page_table[rule].what);
	}
	fputs("}, ", out);
	write_help(out, rule);
	fprintf(out, "}, \"defaultConfiguration\": {\"level\": \"%s\"}",
		severity_name(info->severity));
	write_properties(out, info);
	fputc('}', out);
}

/* All rules, those that found nothing too: so it is known what was looked for. */
static void sarif_begin(struct report *report)
{
	const char *version = report->settings->version;

	document_spool(report);
	fprintf(report->out,
		"{\"$schema\": \"" SCHEMA "\", \"version\": \"2.1.0\",\n"
		"\"runs\": [{\"tool\": {\"driver\": {\"name\": \"weipsec\", \"version\": \"%s\", "
		"\"semanticVersion\": \"%s\",\n\"rules\": [",
		version, version);
	for (int rule = 0; rule < RULE_COUNT; rule++)
		write_rule(report->out, (enum rule)rule);
	fputs("\n]}},\n\"columnKind\": \"unicodeCodePoints\",\n\"results\": [", report->out);
}

/* ---- what is said of files ---- */

/* A notification of LEVEL on FILE; RULE is that which it is about, or NULL. */
static void notify(struct report *report, const struct report_file *file, const char *level,
		   const char *message, const char *rule)
{
	json_t *physical = json_object();
	json_t *location = json_object();
	json_t *locations = json_array();
	json_t *json = json_object();
	json_t *associated = json_object();

	json_put(&physical, "artifactLocation", location_json(file->path));
	json_put(&location, "physicalLocation", physical);
	json_append(&locations, location);
	json_put_string(&json, "level", level);
	json_put(&json, "message", message_json(message));
	json_put(&json, "locations", locations);
	if (rule) {
		json_put_string(&associated, "id", rule);
		json_put(&json, "associatedRule", associated);
	} else {
		json_decref(associated);
	}
	document_list_spooled(report, json);
}

static void sarif_file(struct report *report, const struct report_file *file)
{
	char message[NOTICE_MAX];

	if (file->error) {
		snprintf(message, sizeof(message), "cannot be read: %s", file->error);
		notify(report, file, "error", message, NULL);
	}
	if (file->skipped) {
		snprintf(message, sizeof(message), "not checked: %s", file->skipped);
		notify(report, file, "note", message, NULL);
	}
}

static void sarif_rest(struct report *report, const struct report_file *file, enum rule rule,
		       size_t count)
{
	char message[NOTICE_MAX];

	snprintf(message, sizeof(message), "%s: %zu more not shown", rule_table[rule].id, count);
	notify(report, file, "warning", message, rule_table[rule].id);
}

/* ---- findings ---- */

/* The comment, or else the baseline, that silences FINDING, if one does. */
static json_t *suppressions_json(const struct report *report, const struct report_file *file,
				 const struct finding *finding)
{
	const struct ignore *ignore = finding->ignore;
	struct findings there = {.text = finding->ignore_text ? finding->ignore_text
							      : file->findings->text};
	const char *path = finding->ignore_text ? there.text->name : file->path;
	char reason[FINDING_WORDS_MAX];
	json_t *list = json_array();
	json_t *one;

	one = json_object();
	if (!ignore || !report_policy(report, file)->obeys_comments) {
		json_put_string(&one, "kind", "external");
		json_put_string(&one, "justification", "the baseline has it");
		if (finding->is_known)
			json_append(&list, one);
		else
			json_decref(one);
		return list;
	}
	finding_words(&there, ignore->reason, reason, sizeof(reason));
	json_put_string(&one, "kind", "inSource");
	json_put_string(&one, "justification", reason);
	json_put(&one, "location", place_json_in(path, there.text, ignore->at));
	json_append(&list, one);
	return list;
}

static void sarif_finding(struct report *report, const struct report_file *file,
			  const struct finding *finding, enum severity severity)
{
	json_t *prints = json_object();
	json_t *json = json_object();

	json_put_string(&json, "ruleId", rule_table[finding->rule].id);
	json_put_integer(&json, "ruleIndex", (size_t)finding->rule);
	json_put_string(&json, "level", severity_name(severity));
	json_put(&json, "message", finding_message_json(finding));
	json_put(&json, "locations", places_json(file, finding->at));
	json_put_string(&prints, "weipsec/v1", finding->fingerprint);
	json_put(&json, "partialFingerprints", prints);
	if (finding->related)
		json_put(&json, "relatedLocations", related_json(file, finding->related));
	if (finding->edits && has_columns(file, finding->edits))
		json_put(&json, "fixes", fixes_json(file, finding));
	json_put(&json, "suppressions", suppressions_json(report, file, finding));
	document_list(report, json);
}

static void sarif_end(struct report *report)
{
	fprintf(report->out,
		"\n],\n\"invocations\": [{\"executionSuccessful\": %s,\n"
		"\"toolExecutionNotifications\": [",
		report->failed ? "false" : "true");
	document_copy_spool(report);
	fputs("\n]}]}]}\n", report->out);
}

const struct report_writer report_writer_sarif = {
    .has_silenced = true,
    .has_fingerprints = true,
    .begin = sarif_begin,
    .file = sarif_file,
    .finding = sarif_finding,
    .rest = sarif_rest,
    .end = sarif_end,
};

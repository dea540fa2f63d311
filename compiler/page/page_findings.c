/* SPDX-License-Identifier: ISC */
/*
 * The findings of a page are those of a report, of a format of its own: so it has what the others
 * have, by the same options, comments and baselines.
 */
#include "compiler/page/page_parts.h"

#include "compiler/base/json.h"
#include "compiler/fleet/account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The context of the report's account. */
struct listing {
	const struct page *page;
	uint32_t site; /* whose findings are written */
	size_t count;
	int error;
};

static int compare_path(const void *key, const void *element)
{
	const struct site *const *site = element;

	return strcmp(key, (*site)->path);
}

/* Which site has TEXT. */
static size_t site_of(const struct network *network, const struct text *text)
{
	struct site **found = bsearch(text->name, network->sites, network->site_count,
				      sizeof(struct site *), compare_path);

	return found ? (size_t)(found - network->sites) : network->site_count;
}

static struct span within(struct span at, struct span line)
{
	uint32_t from = at.from < line.from ? line.from : at.from;
	uint32_t to = at.to > line.to ? line.to : at.to;

	if (from > line.to)
		from = line.to;
	return (struct span){from, to < from ? from : to};
}

/* The line of AT in three parts: what stands before it, what it is of, and what comes then. */
static json_t *line_json(struct text *text, struct span at)
{
	struct span line = text_line(text, text_place(text, at.from).line);
	struct span marked = within(at, line);
	json_t *json = json_array();

	json_append(&json, page_words(text_slice(text, (struct span){line.from, marked.from})));
	json_append(&json, page_words(text_slice(text, marked)));
	json_append(&json, page_words(text_slice(text, (struct span){marked.to, line.to})));
	return json;
}

static json_t *place_json(const struct network *network, struct text *text, struct span at,
			  bool has_line)
{
	size_t site = site_of(network, text);
	json_t *json = json_object();

	json_put_integer(&json, "site", site);
	json_put_place(&json, text, at.from);
	if (has_line && site < network->site_count && !network->sites[site]->is_document)
		json_put(&json, "text", line_json(text, at));
	return json;
}

/* WI119 is of lines that are no text. */
static json_t *places_json(const struct network *network, const struct report_file *file,
			   const struct finding *finding)
{
	json_t *list = json_array();

	json_append(&list,
		    place_json(network, file->findings->text, finding->at, finding->rule != WI119));
	for (const struct finding_related *at = finding->related; at; at = at->next) {
		json_t *one =
		    place_json(network, finding_related_text(file->findings, at), at->at, true);

		json_put(&one, "message", page_string(at->message));
		json_append(&list, one);
	}
	return list;
}

static void put_finding(struct report *report, const struct report_file *file,
			const struct finding *finding, enum severity severity)
{
	struct listing *listing = report->settings->account->context;
	json_t *json = json_object();
	int error;

	json_put_string(&json, "rule", rule_table[finding->rule].id);
	json_put_string(&json, "severity", severity_name(severity));
	json_put(&json, "message", page_string(finding->message));
	if (finding->help)
		json_put(&json, "help", page_string(finding->help));
	if (finding->tunnel >= 0)
		json_put_integer(&json, "tunnel", (size_t)finding->tunnel);
	json_put(&json, "places", places_json(listing->page->network, file, finding));
	fputs(listing->count++ ? ",\n" : "\n", report->out);
	error = page_put_json(report->out, json);
	if (error && !listing->error)
		listing->error = error;
}

static int put_rules(const struct report *report)
{
	json_t *json = json_object();

	for (int i = 0; i < RULE_COUNT; i++) {
		const struct rule_info *rule = &rule_table[i];
		json_t *one;

		if (!report->rules[i])
			continue;
		one = json_object();
		json_put_string(&one, "name", rule->name);
		json_put_string(&one, "line", rule->line);
		json_put(&json, rule->id, one);
	}
	fputs("\n],\n\"rules\": ", report->out);
	return page_put_json(report->out, json);
}

/* What is in no list: counted, and silenced. */
static int put_counts(const struct report *report)
{
	json_t *json = json_object();

	json_put_integer(&json, "suppressed", report->suppressed);
	json_put_integer(&json, "baselined", report->baselined);
	json_put_integer(&json, "truncated", report->truncated);
	fputs(",\n\"summary\": ", report->out);
	return page_put_json(report->out, json);
}

int page_put_findings(const struct page *page)
{
	static const struct report_writer writer = {.finding = put_finding};
	struct listing listing = {.page = page};
	const struct report_account account = {.context = &listing};
	struct report_settings settings = *page->settings;
	struct report report;
	int error;

	settings.writer = &writer;
	settings.account = &account;
	settings.is_copy = true;
	fputs("\"findings\": [", page->out);
	report_begin(&report, &settings, page->out);
	account_report(page->network, &report);
	error = report_end(&report);
	if (!error)
		error = listing.error;
	if (!error)
		error = put_rules(&report);
	return error ? error : put_counts(&report);
}

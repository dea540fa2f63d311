/* SPDX-License-Identifier: ISC */
/*
 * What the script of the page shows: the files with their ends and the lines of these, the pairs as
 * `--format json' has them, with their exchanges in words, and the findings.  Each is written as it
 * is made.
 */
#include "compiler/page/page_parts.h"

#include "compiler/base/json.h"
#include "compiler/fleet/account.h"

#include <errno.h>
#include <stdlib.h>

/* ---- the files ---- */

/* The line of a tunnel itself, and of each of its settings. */
#define LINES_MAX (SETTING_COUNT + 1)

static int compare_numbers(const void *a, const void *b)
{
	const uint32_t *first = a, *second = b;

	return *first < *second ? -1 : *first > *second;
}

/* The lines of TUNNEL into NUMBERS, each of them once or more often, in order.  How many. */
static size_t collect_lines(struct text *text, const struct tunnel *tunnel,
			    uint32_t numbers[LINES_MAX])
{
	size_t named = (size_t)__builtin_popcountll(states_named(tunnel->states));
	size_t count = 0;

	numbers[count++] = text_place(text, tunnel->header.from).line;
	for (size_t i = 0; i < named && count < LINES_MAX; i++) {
		if (tunnel->origins[i].name.to)
			numbers[count++] = text_place(text, tunnel->origins[i].name.from).line;
	}
	qsort(numbers, count, sizeof(*numbers), compare_numbers);
	return count;
}

static json_t *lines_json(const struct site *site, const struct tunnel *tunnel)
{
	struct text *text = site->model.text;
	uint32_t numbers[LINES_MAX];
	size_t count = collect_lines(text, tunnel, numbers);
	json_t *json = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *line;

		if (i && numbers[i] == numbers[i - 1])
			continue;
		line = json_array();
		json_append(&line, json_integer(numbers[i]));
		if (!site->is_document)
			json_append(&line,
				    page_words(text_slice(text, text_line(text, numbers[i]))));
		json_append(&json, line);
	}
	return json;
}

static json_t *end_json(const struct site *site, const struct tunnel *tunnel)
{
	json_t *json = json_object();

	if (tunnel->id >= 0)
		json_put_integer(&json, "id", (size_t)tunnel->id);
	json_put(&json, "lines", lines_json(site, tunnel));
	return json;
}

static json_t *site_json(const struct site *site)
{
	json_t *json = json_object(), *ends = json_array();

	json_put(&json, "file", page_string(site->path));
	if (site->hostname.length)
		json_put(&json, "hostname", page_words(site->hostname));
	if (site->error)
		json_put(&json, "error", page_string(site->error));
	if (site->is_skipped)
		json_put(&json, "skipped", json_true());
	if (site->is_document)
		json_put(&json, "document", json_true());
	for (size_t i = 0; i < site->model.count; i++)
		json_append(&ends, end_json(site, site->model.tunnels[i]));
	json_put(&json, "ends", ends);
	return json;
}

static int put_sites(const struct page *page)
{
	int error = 0;

	fputs("\"sites\": [", page->out);
	for (size_t i = 0; i < page->network->site_count && !error; i++) {
		fputs(i ? ",\n" : "\n", page->out);
		error = page_put_json(page->out, site_json(page->network->sites[i]));
	}
	fputs("\n],\n", page->out);
	return error;
}

/* ---- the pairs ---- */

static json_t *place_json(const struct network_end *end)
{
	json_t *json;

	if (end->site == NETWORK_NONE)
		return json_null();
	json = json_array();
	json_append(&json, json_integer(end->site));
	if (end->tunnel != NETWORK_NONE)
		json_append(&json, json_integer(end->tunnel));
	return json;
}

static json_t *steps_json(const struct pair *pair, enum side starter)
{
	struct pair_step steps[PAIR_STEPS];
	size_t count;
	json_t *json;

	if (!pair->from[starter].possible)
		return json_null();
	count = pair_steps(pair, starter, steps);
	json = json_array();
	for (size_t i = 0; i < count; i++) {
		json_t *step = json_array();

		json_append(&step, json_string(steps[i].name));
		json_append(&step, json_string(steps[i].words));
		json_append(&step, json_boolean(steps[i].is_refused));
		json_append(&json, step);
	}
	return json;
}

static json_t *link_json(struct network *network, const struct link *link)
{
	struct pairs pairs;
	struct pair pair;
	json_t *json, *ends = json_array(), *steps = json_array();

	network_account(network, link, &pairs, &pair);
	json = pair_json(&pair);
	for (int side = 0; side < SIDES; side++) {
		json_append(&ends, place_json(&link->ends[side]));
		json_append(&steps, steps_json(&pair, (enum side)side));
	}
	json_put(&json, "ends", ends);
	json_put(&json, "verdict", json_string(pair_verdict_words(&pair)));
	json_put(&json, "steps", steps);
	return json;
}

static int put_pairs(const struct page *page)
{
	const struct network *network = page->network;
	int error = 0;

	fputs("\"pairs\": [", page->out);
	for (size_t i = 0; i < network->link_count && !error; i++) {
		fputs(i ? ",\n" : "\n", page->out);
		error = page_put_json(page->out, link_json(page->network, &network->links[i]));
	}
	fputs("\n],\n", page->out);
	return error;
}

/* The outcomes from the worst to the best. */
static int put_outcomes(const struct page *page)
{
	json_t *json = json_array();

	for (size_t i = 0; i < OUTCOMES; i++)
		json_append(&json, json_string(outcome_name(outcome_order[i])));
	fputs("\"outcomes\": ", page->out);
	return page_put_json(page->out, json);
}

int page_put_data(const struct page *page)
{
	int error;

	fputs("{\n", page->out);
	error = put_outcomes(page);
	fputs(",\n", page->out);
	if (!error)
		error = put_sites(page);
	if (!error)
		error = put_pairs(page);
	if (!error)
		error = page_put_picture(page);
	if (!error)
		error = page_put_findings(page);
	fputs("\n}\n", page->out);
	return error;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/account.h"

#include "compiler/base/json.h"
#include "compiler/base/printable.h"
#include "compiler/compilation/project.h"

#include <string.h>

#define RESET "\033[0m"

/* ---- the table ---- */

static void print_end(const struct network *network, const struct network_end *end, FILE *out)
{
	const struct tunnel *tunnel = network_tunnel(network, end);

	if (end->site == NETWORK_NONE) {
		fputc('?', out);
		return;
	}
	printable_puts(out, network->sites[end->site]->path);
	if (tunnel && tunnel->id >= 0)
		fprintf(out, " ipsec %d", (int)tunnel->id);
}

static void print_link(const struct network *network, const struct link *link, bool colour,
		       FILE *out)
{
	const char *refusal = refusal_name(link->refusal);

	fprintf(out, "%s%-13s%s  %-21s  ", colour ? outcome_colour(link->outcome) : "",
		outcome_name(link->outcome), colour ? RESET : "", refusal ? refusal : "-");
	print_end(network, &link->ends[SIDE_A], out);
	fputs(" - ", out);
	print_end(network, &link->ends[SIDE_B], out);
	fputc('\n', out);
}

static void print_table(const void *context, bool colour, FILE *out)
{
	const struct network *network = context;

	if (!network->link_count)
		return;
	fprintf(out, "%-13s  %-21s  %s\n", "OUTCOME", "REASON", "ENDS");
	for (size_t i = 0; i < OUTCOMES; i++) {
		for (size_t j = 0; j < network->link_count; j++) {
			if (network->links[j].outcome == outcome_order[i])
				print_link(network, &network->links[j], colour, out);
		}
	}
	fputc('\n', out);
}

/* ---- totals ---- */

/* What there is of files. */
struct totals {
	size_t gateways, empty, skipped, unreadable;
	size_t outcomes[OUTCOMES]; /* in the order of the enum */
};

static void count_all(const struct network *network, struct totals *totals)
{
	memset(totals, 0, sizeof(*totals));
	for (size_t i = 0; i < network->site_count; i++) {
		const struct site *site = network->sites[i];

		totals->unreadable += site->error != NULL;
		totals->skipped += site->is_skipped;
		totals->gateways += site->model.count != 0;
		totals->empty += !site->error && !site->is_skipped && !site->model.count;
	}
	for (size_t i = 0; i < network->link_count; i++)
		totals->outcomes[network->links[i].outcome]++;
}

static void print_count(FILE *out, const char **comma, size_t count, const char *one,
			const char *many)
{
	if (!count)
		return;
	fprintf(out, "%s%zu %s", *comma, count, count == 1 ? one : many);
	*comma = ", ";
}

static void print_outcome(FILE *out, const char **comma, const struct totals *totals,
			  enum outcome outcome)
{
	const char *name = outcome_name(outcome);

	print_count(out, comma, totals->outcomes[outcome], name, name);
}

static void print_totals(const void *context, FILE *out)
{
	const struct network *network = context;
	struct totals totals;
	const char *comma = ": ";

	count_all(network, &totals);
	fprintf(out, "%zu gateway%s, %zu pair%s", totals.gateways, totals.gateways == 1 ? "" : "s",
		network->link_count, network->link_count == 1 ? "" : "s");
	for (size_t i = 0; i < OUTCOMES; i++)
		print_outcome(out, &comma, &totals, outcome_order[i]);
	comma = "; ";
	print_count(out, &comma, totals.empty, "file without a tunnel", "files without a tunnel");
	print_count(out, &comma, totals.skipped, "JSON document", "JSON documents");
	print_count(out, &comma, totals.unreadable, "file that cannot be read",
		    "files that cannot be read");
	fputc('\n', out);
}

/* ---- JSON ---- */

static json_t *gateway_json(const struct site *site)
{
	json_t *json = json_object();

	json_put_string(&json, "file", site->path);
	if (site->hostname.length)
		json_put_slice(&json, "hostname", site->hostname);
	else
		json_put(&json, "hostname", json_null());
	json_put_integer(&json, "tunnels", site->model.count);
	return json;
}

static bool write_gateways(const struct network *network, FILE *out)
{
	const char *comma = "\n";

	fputs("\"gateways\": [", out);
	for (size_t i = 0; i < network->site_count; i++) {
		if (!network->sites[i]->model.count)
			continue;
		fputs(comma, out);
		comma = ",\n";
		if (!json_write(out, gateway_json(network->sites[i])))
			return false;
	}
	fputs("\n],\n", out);
	return true;
}

static void put_file(json_t **json, const char *key, const struct network *network,
		     const struct network_end *end)
{
	if (end->tunnel == NETWORK_NONE)
		json_put(json, key, json_null());
	else
		json_put_string(json, key, network->sites[end->site]->path);
}

static json_t *link_json(struct network *network, const struct link *link)
{
	struct pairs pairs;
	struct pair pair;
	json_t *json;

	network_account(network, link, &pairs, &pair);
	json = pair_json(&pair);
	put_file(&json, "file_a", network, &link->ends[SIDE_A]);
	put_file(&json, "file_b", network, &link->ends[SIDE_B]);
	return json;
}

static json_t *totals_json(const struct network *network)
{
	json_t *json = json_object(), *outcomes = json_object();
	struct totals totals;

	count_all(network, &totals);
	json_put_integer(&json, "gateways", totals.gateways);
	json_put_integer(&json, "pairs", network->link_count);
	for (size_t i = 0; i < OUTCOMES; i++) {
		enum outcome outcome = outcome_order[i];

		json_put_integer(&outcomes, outcome_name(outcome), totals.outcomes[outcome]);
	}
	json_put(&json, "outcomes", outcomes);
	json_put_integer(&json, "without_tunnel", totals.empty);
	json_put_integer(&json, "json_documents", totals.skipped);
	json_put_integer(&json, "unreadable", totals.unreadable);
	return json;
}

static bool write_json(void *context, FILE *out)
{
	struct network *network = context;

	if (!write_gateways(network, out))
		return false;
	fputs("\"pairs\": [", out);
	for (size_t i = 0; i < network->link_count; i++) {
		fputs(i ? ",\n" : "\n", out);
		if (!json_write(out, link_json(network, &network->links[i])))
			return false;
	}
	fputs("\n],\n\"totals\": ", out);
	return json_write(out, totals_json(network));
}

struct report_account account_of(struct network *network)
{
	return (struct report_account){network, print_table, print_totals, write_json};
}

void account_report(struct network *network, struct report *report)
{
	for (size_t i = 0; i < network->site_count; i++) {
		const struct site *site = network->sites[i];
		struct report_file file = {.path = site->path,
					   .error = site->error,
					   .name = site->name,
					   .policy = &site->outcome->policy};
		struct project *project = site->outcome->project;
		size_t before = report->hushed;
		struct findings findings;

		if (site->is_skipped)
			file.skipped = "a JSON document";
		if (!site->error && !site->is_skipped) {
			network_take_findings(network, i, &findings);
			file.findings = &findings;
			file.model = &site->model;
		}
		report_file(report, &file);
		if (project && !report->settings->is_copy)
			project->hushed += report->hushed - before;
	}
}

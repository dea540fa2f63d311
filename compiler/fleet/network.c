/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/network.h"

#include "compiler/compare/judge.h"
#include "compiler/finding/silence.h"
#include "compiler/fleet/matching.h"

#include <stdlib.h>
#include <string.h>

/* The scratch memory of so many pairs is kept: their automatic suites are in it. */
#define JUDGED_MOST 4096

/* What findings_init() and a thousand rules have no room for in each of many sites. */
struct site_count {
	enum rule rule;
	size_t count, silenced;
};

/* ---- findings ---- */

/* Those of the site at INDEX into FINDINGS, where every count is 0. */
static void fill_findings(struct network *network, size_t index, struct findings *findings)
{
	const struct site_findings *kept = &network->findings[index];

	findings->silence = network->sites[index]->silence;
	for (size_t i = 0; i < kept->count_count; i++) {
		findings->count[kept->counts[i].rule] = kept->counts[i].count;
		findings->silenced[kept->counts[i].rule] = kept->counts[i].silenced;
	}
	memcpy(findings->severities, kept->severities, sizeof(kept->severities));
	memcpy(findings->silenced_severities, kept->silenced_severities,
	       sizeof(kept->silenced_severities));
	findings->kept = kept->kept;
	findings->first = kept->first;
	findings->last = kept->first ? kept->last : &findings->first;
}

void network_take_findings(struct network *network, size_t index, struct findings *findings)
{
	findings_init(findings, network->arena, network->sites[index]->model.text);
	fill_findings(network, index, findings);
}

static size_t count_rules(const struct findings *findings)
{
	size_t count = 0;

	for (int rule = 0; rule < RULE_COUNT; rule++)
		count += findings->count[rule] != 0;
	return count;
}

void network_give_findings(struct network *network, size_t index, const struct findings *findings)
{
	struct site_findings *kept = &network->findings[index];
	size_t count = count_rules(findings), i = 0;

	if (count > kept->count_count) {
		kept->counts = arena_alloc(network->arena, count * sizeof(*kept->counts));
		kept->count_count = kept->counts ? count : 0;
	}
	for (int rule = 0; kept->counts && rule < RULE_COUNT; rule++) {
		if (findings->count[rule])
			kept->counts[i++] = (struct site_count){
			    (enum rule)rule, findings->count[rule], findings->silenced[rule]};
	}
	memcpy(kept->severities, findings->severities, sizeof(kept->severities));
	memcpy(kept->silenced_severities, findings->silenced_severities,
	       sizeof(kept->silenced_severities));
	kept->kept = findings->kept;
	kept->first = findings->first;
	kept->last = findings->first ? findings->last : NULL;
}

/* The errors of `check' come first. */
static void add_errors(struct network *network, size_t index)
{
	const struct site *site = network->sites[index];
	struct findings findings;

	if (!site->errors)
		return;
	network_take_findings(network, index, &findings);
	for (const struct finding *at = site->errors; at; at = at->next) {
		struct finding *copy;

		findings.tunnel = at->tunnel;
		copy = finding_add_as(&findings, at->rule, at->severity, at->at, "%s", at->message);
		if (at->help)
			finding_help(&findings, copy, "%s", at->help);
		for (const struct finding_related *there = at->related; there; there = there->next)
			finding_relate(&findings, copy, there->at, "%s", there->message);
	}
	network_give_findings(network, index, &findings);
}

/* ---- the network ---- */

static int compare_sites(const void *a, const void *b)
{
	const struct site *const *first = a, *const *second = b;

	return strcmp((*first)->path, (*second)->path);
}

bool network_init(struct network *network, struct site **sites, size_t count,
		  enum automatic automatic, int64_t now)
{
	*network = (struct network){.sites = sites,
				    .site_count = count,
				    .automatic = automatic,
				    .now = now,
				    .arena = arena_new(),
				    .scratch = arena_new()};
	if (!network->arena || !network->scratch)
		return false;
	if (count)
		qsort(sites, count, sizeof(struct site *), compare_sites);
	for (int side = 0; side < SIDES; side++)
		findings_init(&network->at_hand[side], network->arena, NULL);
	network->findings = arena_alloc(network->arena, count * sizeof(*network->findings) + 1);
	for (size_t i = 0; i < count; i++)
		network->end_count += sites[i]->model.count;
	return network->findings != NULL;
}

void network_free(struct network *network)
{
	for (int side = 0; side < SIDES; side++) {
		for (size_t i = 0; i < NETWORK_PKIS; i++)
			pki_free(network->pkis[side][i].pki);
	}
	free(network->links);
	arena_free(network->arena);
	arena_free(network->scratch);
}

const struct tunnel *network_tunnel(const struct network *network, const struct network_end *end)
{
	return end->tunnel == NETWORK_NONE ? NULL
					   : network->sites[end->site]->model.tunnels[end->tunnel];
}

static bool is_invalid(const struct network *network, const struct network_end *end)
{
	return end->tunnel != NETWORK_NONE &&
	       network->sites[end->site]->ends[end->tunnel].is_invalid;
}

/* Memory of the pairs before goes now and then, and what was made of it. */
static void clean_up(struct network *network)
{
	if (network->judged++ % JUDGED_MOST != JUDGED_MOST - 1)
		return;
	arena_reset(network->scratch);
	memset(&network->lists, 0, sizeof(network->lists));
}

/* The PKI of the site at INDEX, or NULL; a hub's is asked for again and again. */
static struct pki *find_pki(struct network *network, int side, uint32_t index)
{
	const struct site *site = network->sites[index];
	struct network_pki *kept = &network->pkis[side][index % NETWORK_PKIS];

	if (!site->has_pki)
		return NULL;
	if (kept->site == site)
		return kept->pki;
	pki_free(kept->pki);
	kept->pki = pki_open_kept(site->kept, network->now);
	kept->site = site;
	network->is_short = network->is_short || !kept->pki;
	return kept->pki;
}

static void begin_pair(struct network *network, const struct link *link, struct pairs *pairs,
		       struct pair *pair)
{
	*pairs = (struct pairs){.list = pair, .count = 1};
	memset(pair, 0, sizeof(*pair));
	for (int side = 0; side < SIDES; side++) {
		const struct network_end *end = &link->ends[side];
		struct gateway *gateway = &pairs->gateway[side];

		pair->tunnel[side] = network_tunnel(network, end);
		pair->is_invalid[side] = is_invalid(network, end);
		if (end->site == NETWORK_NONE)
			continue;
		*gateway = network->sites[end->site]->gateway;
		gateway->automatic = gateway->is_document ? AUTOMATIC_WEIPSEC : network->automatic;
		gateway->arena = network->scratch;
		gateway->lists = &network->lists;
		gateway->pki = find_pki(network, side, end->site);
		pairs->path[side] = network->sites[end->site]->path;
	}
}

void network_account(struct network *network, const struct link *link, struct pairs *pairs,
		     struct pair *pair)
{
	clean_up(network);
	begin_pair(network, link, pairs, pair);
	pair_judge(pairs, pair);
}

/* The same at hand: a thousand counts are not cleared for each pair, of which few have findings. */
static struct findings *take_at_hand(struct network *network, int side, size_t index)
{
	struct findings *findings = &network->at_hand[side];

	findings->text = network->sites[index]->model.text;
	findings->mask.line.length = 0; /* its lines may lie where another's lay */
	fill_findings(network, index, findings);
	return findings;
}

static size_t count_findings(const size_t severities[SEVERITY_ERROR + 1])
{
	size_t count = 0;

	for (int severity = 0; severity <= SEVERITY_ERROR; severity++)
		count += severities[severity];
	return count;
}

/* Gives them back if there are more, and lets every count be 0 again. */
static void give_at_hand(struct network *network, int side, size_t index)
{
	const struct site_findings *kept = &network->findings[index];
	struct findings *findings = &network->at_hand[side];

	if (count_findings(findings->severities) != count_findings(kept->severities))
		network_give_findings(network, index, findings);
	for (size_t i = 0; i < kept->count_count; i++) {
		findings->count[kept->counts[i].rule] = 0;
		findings->silenced[kept->counts[i].rule] = 0;
	}
}

/* What the rules on pairs have to say; of one whose other gateway nobody knows nothing. */
static void run_rules(struct network *network, const struct link *link, const struct pairs *pairs)
{
	struct judge judge = {.pairs = pairs};

	if (link->ends[SIDE_B].site == NETWORK_NONE)
		return;
	for (int side = 0; side < SIDES; side++)
		judge.findings[side] = take_at_hand(network, side, link->ends[side].site);
	judge_run(&judge);
	for (int side = 0; side < SIDES; side++)
		give_at_hand(network, side, link->ends[side].site);
}

static void judge_link(struct network *network, struct link *link)
{
	struct pairs pairs;
	struct pair pair;

	network_account(network, link, &pairs, &pair);
	link->outcome = pair.outcome;
	link->refusal = pair.refusal;
	run_rules(network, link, &pairs);
}

bool network_match(struct network *network)
{
	return matching_find(network);
}

bool network_judge(struct network *network)
{
	for (size_t i = 0; i < network->site_count; i++)
		add_errors(network, i);
	if (!network_match(network))
		return false;
	for (size_t i = 0; i < network->link_count; i++)
		judge_link(network, &network->links[i]);
	return !network->is_short && !arena_failed(network->arena) &&
	       !arena_failed(network->scratch);
}

bool network_fails(const struct network *network)
{
	for (size_t i = 0; i < network->link_count; i++) {
		if (outcome_has_failed(network->links[i].outcome))
			return true;
	}
	return false;
}

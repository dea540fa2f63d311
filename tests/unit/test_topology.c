/* SPDX-License-Identifier: ISC */
/* What a picture shows: names that differ, one edge for all tunnels of two, and peers without a
 * file. */
#include "compiler/picture/topology.h"

#include <stdio.h>
#include <string.h>

static int tests, failures;

static void result(bool ok, const char *what)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s\n", ok ? "" : "not ", tests, what);
}

/* Sites 0 and 2 share a host name, 3 has none, 4 has no tunnel; the tunnels of 0 have peers. */
static struct tunnel tunnels[] = {
    {.peer = {true, 0xcb007101}}, {.peer = {false, 0}}, {.peer = {true, 0xcb007102}}};
static struct tunnel *of_first[] = {&tunnels[0], &tunnels[1], &tunnels[2], &tunnels[0]};
static struct tunnel *of_others[] = {&tunnels[0], &tunnels[1]};

static struct site sites[] = {
    {.path = "a.cfg", .hostname = {"twin", 4}, .model = {.tunnels = of_first, .count = 4}},
    {.path = "b.cfg", .hostname = {"own", 3}, .model = {.tunnels = of_others, .count = 2}},
    {.path = "c.cfg", .hostname = {"twin", 4}, .model = {.tunnels = of_others, .count = 2}},
    {.path = "d.cfg", .model = {.tunnels = of_others, .count = 2}},
    {.path = "e.cfg", .hostname = {"empty", 5}},
};
static struct site *listed[] = {&sites[0], &sites[1], &sites[2], &sites[3], &sites[4]};

static struct link links[] = {
    {.ends = {{0, 0}, {1, 0}}, .outcome = OUTCOME_UP},
    {.ends = {{0, 0}, {1, 1}}, .outcome = OUTCOME_UNMATCHED},
    {.ends = {{0, 0}, {NETWORK_NONE, NETWORK_NONE}}, .outcome = OUTCOME_UNMATCHED},
    {.ends = {{0, 1}, {NETWORK_NONE, NETWORK_NONE}}, .outcome = OUTCOME_UNMATCHED},
    {.ends = {{0, 2}, {NETWORK_NONE, NETWORK_NONE}}, .outcome = OUTCOME_UNMATCHED},
    {.ends = {{1, 0}, {0, 2}}, .outcome = OUTCOME_NO_IKE, .refusal = REFUSAL_NO_PROPOSAL_CHOSEN},
    {.ends = {{1, 1}, {NETWORK_NONE, NETWORK_NONE}}, .outcome = OUTCOME_DISABLED},
    {.ends = {{2, 0}, {NETWORK_NONE, NETWORK_NONE}}, .outcome = OUTCOME_UNMATCHED},
    {.ends = {{3, 0}, {3, 1}}, .outcome = OUTCOME_ON_TRAFFIC},
    {.ends = {{3, 1}, {2, NETWORK_NONE}}, .outcome = OUTCOME_UNMATCHED},
};

/* Node, edge or link after each other, as they are meant to be. */
static const struct {
	const char *name;
	uint32_t site;
} nodes[] = {
    {"twin (a.cfg)", 0},
    {"own", 1},
    {"twin (c.cfg)", 2},
    {"d.cfg", 3},
    {"? 203.0.113.1", NETWORK_NONE},
    {"? 203.0.113.2", NETWORK_NONE},
    {"?", NETWORK_NONE},
    {"?", NETWORK_NONE},
};

static const struct topology_edge edges[] = {
    {0, 1, 0, 3, OUTCOME_NO_IKE, REFUSAL_NO_PROPOSAL_CHOSEN},
    {0, 4, 3, 1, OUTCOME_UNMATCHED, REFUSAL_NONE},
    {0, 5, 4, 1, OUTCOME_UNMATCHED, REFUSAL_NONE},
    {0, 6, 5, 1, OUTCOME_UNMATCHED, REFUSAL_NONE},
    {1, 7, 6, 1, OUTCOME_DISABLED, REFUSAL_NONE},
    {2, 3, 7, 1, OUTCOME_UNMATCHED, REFUSAL_NONE},
    {2, 4, 8, 1, OUTCOME_UNMATCHED, REFUSAL_NONE},
    {3, 3, 9, 1, OUTCOME_ON_TRAFFIC, REFUSAL_NONE},
};
static const uint32_t order[] = {5, 1, 0, 2, 4, 3, 6, 9, 7, 8};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void check_nodes(const struct topology *topology)
{
	bool ok = topology->node_count == COUNT(nodes);

	for (size_t i = 0; ok && i < COUNT(nodes); i++)
		ok = slice_is(topology->nodes[i].name, nodes[i].name) &&
		     topology->nodes[i].site == nodes[i].site;
	result(ok, "gateways by host name, by file where it has none, by both where two have one; "
		   "peers by address");
	result(
	    ok && topology->nodes[4].peer.set && topology->nodes[4].peer.ip == 0xcb007101 &&
		!topology->nodes[6].peer.set,
	    "whoever asks for one address asks for one peer, and any peer is each gateway's own");
}

static void check_edges(const struct topology *topology)
{
	bool ok = topology->edge_count == COUNT(edges);

	for (size_t i = 0; ok && i < COUNT(edges); i++)
		ok = memcmp(&topology->edges[i], &edges[i], sizeof(edges[i])) == 0;
	result(ok, "one edge for two gateways, with its worst outcome");
	result(ok && memcmp(topology->links, order, sizeof(order)) == 0,
	       "its links stand side by side, the worst first");
}

int main(void)
{
	const struct network network = {.sites = listed,
					.site_count = COUNT(listed),
					.links = links,
					.link_count = COUNT(links)};
	struct arena *arena = arena_new();
	struct topology topology;

	result(topology_make(&topology, &network, arena), "it is made");
	check_nodes(&topology);
	check_edges(&topology);
	arena_free(arena);
	printf("1..%d\n", tests);
	return failures != 0;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/picture/topology.h"

#include <stdlib.h>
#include <string.h>

/* ---- gateways ---- */

/* What is being made. */
struct drafting {
	struct topology *topology;
	struct arena *arena;
	uint32_t *node_of; /* of each site, NETWORK_NONE where it has no tunnel */
};

static void add_gateways(struct drafting *drafting)
{
	struct topology *topology = drafting->topology;
	const struct network *network = topology->network;

	for (size_t i = 0; i < network->site_count; i++) {
		const struct site *site = network->sites[i];
		struct slice path = {site->path, strlen(site->path)};

		drafting->node_of[i] = NETWORK_NONE;
		if (!site->model.count)
			continue;
		drafting->node_of[i] = (uint32_t)topology->node_count;
		topology->nodes[topology->node_count++] = (struct topology_node){
		    .name = site->hostname.length ? site->hostname : path, .site = (uint32_t)i};
	}
}

static int compare_names(const void *a, const void *b)
{
	const struct topology_node *const *first = a, *const *second = b;

	return slice_compare((*first)->name, (*second)->name);
}

/* The path of its file stands behind the name of each of COUNT gateways that share it. */
static void tell_apart(struct drafting *drafting, struct topology_node **nodes, size_t count)
{
	struct slice name = nodes[0]->name;

	for (size_t i = 0; count > 1 && i < count; i++) {
		const char *path = drafting->topology->network->sites[nodes[i]->site]->path;
		char *both =
		    arena_printf(drafting->arena, "%.*s (%s)", (int)name.length, name.at, path);

		if (both)
			nodes[i]->name = (struct slice){both, strlen(both)};
	}
}

static void name_gateways(struct drafting *drafting)
{
	struct topology *topology = drafting->topology;
	size_t count = topology->node_count;
	struct topology_node **sorted =
	    arena_alloc(drafting->arena, count * sizeof(struct topology_node *) + 1);

	if (!sorted)
		return;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &topology->nodes[i];
	qsort(sorted, count, sizeof(struct topology_node *), compare_names);
	for (size_t from = 0, end; from < count; from = end) {
		end = from + 1;
		while (end < count && compare_names(&sorted[from], &sorted[end]) == 0)
			end++;
		tell_apart(drafting, sorted + from, end - from);
	}
}

/* ---- peers that have no file, and edges ---- */

/* A link between two nodes, to be sorted. */
struct bond {
	uint32_t from, to;
	unsigned rank;
	uint32_t link;
};

/*
 * A link whose second end has no file: those who ask for one address ask for one peer, and each
 * gateway has one of its own for all peers that may have any.
 */
struct missing_peer {
	bool has_any;
	uint32_t key; /* the address, or the node that asks */
	struct bond *bond;
};

static int compare_missing(const void *a, const void *b)
{
	const struct missing_peer *first = a, *second = b;

	if (first->has_any != second->has_any)
		return first->has_any ? 1 : -1;
	return (first->key > second->key) - (first->key < second->key);
}

static struct slice peer_name(struct arena *arena, struct address peer)
{
	char *name = peer.set ? arena_printf(arena, "? " IP_FORMAT, IP_BYTES(peer.ip))
			      : arena_printf(arena, "?");

	return name ? (struct slice){name, strlen(name)} : (struct slice){NULL, 0};
}

/* All of COUNT missing peers become nodes, and the bonds have these. */
static void add_peers(struct drafting *drafting, struct missing_peer *list, size_t count)
{
	struct topology *topology = drafting->topology;

	if (count)
		qsort(list, count, sizeof(*list), compare_missing);
	for (size_t i = 0; i < count; i++) {
		struct address peer = {.set = !list[i].has_any};

		if (i == 0 || compare_missing(&list[i - 1], &list[i]) != 0) {
			peer.ip = peer.set ? list[i].key : 0;
			topology->nodes[topology->node_count++] =
			    (struct topology_node){.name = peer_name(drafting->arena, peer),
						   .site = NETWORK_NONE,
						   .peer = peer};
		}
		list[i].bond->to = (uint32_t)topology->node_count - 1;
	}
}

static int compare_bonds(const void *a, const void *b)
{
	const struct bond *first = a, *second = b;

	if (first->from != second->from)
		return first->from < second->from ? -1 : 1;
	if (first->to != second->to)
		return first->to < second->to ? -1 : 1;
	if (first->rank != second->rank)
		return first->rank < second->rank ? -1 : 1;
	return first->link < second->link ? -1 : first->link > second->link;
}

static void add_edge(struct topology *topology, const struct bond *bond, uint32_t index)
{
	const struct link *link = &topology->network->links[bond->link];
	struct topology_edge *edge = topology->edges + topology->edge_count;

	topology->links[index] = bond->link;
	if (!topology->edge_count || edge[-1].from != bond->from || edge[-1].to != bond->to) {
		*edge = (struct topology_edge){.from = bond->from,
					       .to = bond->to,
					       .first = index,
					       .outcome = link->outcome,
					       .refusal = link->refusal};
		topology->edge_count++;
	}
	topology->edges[topology->edge_count - 1].count++;
}

/* The nodes of link INDEX, the smaller first; of a peer that has no file, MISSING has it. */
static bool make_bond(const struct drafting *drafting, size_t index, struct bond *bond,
		      struct missing_peer *missing)
{
	const struct network *network = drafting->topology->network;
	const struct link *link = &network->links[index];
	const struct network_end *other = &link->ends[SIDE_B];
	uint32_t from = drafting->node_of[link->ends[SIDE_A].site];
	uint32_t to = other->site == NETWORK_NONE ? NETWORK_NONE : drafting->node_of[other->site];
	struct address peer = network_tunnel(network, &link->ends[SIDE_A])->peer;

	*bond = (struct bond){.from = from < to ? from : to,
			      .to = from < to ? to : from,
			      .rank = outcome_rank(link->outcome),
			      .link = (uint32_t)index};
	*missing = (struct missing_peer){!peer.set, peer.set ? peer.ip : from, bond};
	return to == NETWORK_NONE;
}

static bool add_edges(struct drafting *drafting)
{
	struct topology *topology = drafting->topology;
	size_t count = topology->network->link_count, missing_count = 0;
	struct bond *bonds = malloc((count + 1) * sizeof(*bonds));
	struct missing_peer *missing = malloc((count + 1) * sizeof(*missing));
	bool is_well = bonds && missing;

	for (size_t i = 0; is_well && i < count; i++)
		missing_count += make_bond(drafting, i, &bonds[i], &missing[missing_count]);
	if (is_well) {
		add_peers(drafting, missing, missing_count);
		qsort(bonds, count, sizeof(*bonds), compare_bonds);
	}
	for (size_t i = 0; is_well && i < count; i++)
		add_edge(topology, &bonds[i], (uint32_t)i);
	free(bonds);
	free(missing);
	return is_well;
}

bool topology_make(struct topology *topology, const struct network *network, struct arena *arena)
{
	struct drafting drafting = {topology, arena, NULL};
	size_t sites = network->site_count, links = network->link_count;

	*topology = (struct topology){.network = network};
	topology->nodes = arena_alloc(arena, (sites + links) * sizeof(*topology->nodes) + 1);
	topology->edges = arena_alloc(arena, links * sizeof(*topology->edges) + 1);
	topology->links = arena_alloc(arena, links * sizeof(*topology->links) + 1);
	drafting.node_of = arena_alloc(arena, sites * sizeof(*drafting.node_of) + 1);
	if (arena_failed(arena))
		return false;
	add_gateways(&drafting);
	name_gateways(&drafting);
	return add_edges(&drafting) && !arena_failed(arena);
}

/* SPDX-License-Identifier: ISC */
/*
 * A node is a spoke when all that it is connected with are hubs: of one neighbour any node is the
 * hub, of a few only such that have many more.  Hubs that share a spoke are in one cluster: they
 * stand in its middle, on a circle if there are several, and the spokes in rings around them, each
 * at the side of its own.
 */
#include "compiler/picture/chart_parts.h"

#include <stdlib.h>
#include <string.h>

/* A spoke of more than one hub has up to so many, and each of these has at least so many spokes. */
#define HUBS_MOST 4
#define SPOKES_LEAST 8
/* From ring to ring, and from hub to hub. */
#define RING_APART (CHART_APART + CHART_APART / 4)
#define HUB_APART (2 * CHART_APART)
/* Along a ring: more than is needed by what roundings and chords lose. */
#define SPOKE_APART (CHART_APART + CHART_APART / 16)

/* A little more than pi. */
#define PI_TIMES(x) ((x)*355 / 113)

/* What is being made. */
struct clustering {
	struct clusters *clusters;
	const struct web *web;
	struct arena *arena;
	uint32_t *root;	 /* of each node one that stands for its cluster, by way of others */
	bool *is_spoke;	 /* of each node */
	uint32_t *order; /* of each hub its place among those of its cluster */
};

static bool is_hub_of(const struct web *web, uint32_t hub, uint32_t node)
{
	if (web_degree(web, node) > 1)
		return web_degree(web, hub) >= SPOKES_LEAST;
	return web_degree(web, hub) > 1 || hub < node;
}

static bool node_is_spoke(const struct web *web, uint32_t node)
{
	uint32_t degree = web_degree(web, node);

	if (!degree || degree > HUBS_MOST)
		return false;
	for (uint32_t i = 0; i < degree; i++) {
		if (!is_hub_of(web, web->others[web->first[node] + i], node))
			return false;
	}
	return true;
}

static uint32_t find_root(uint32_t *root, uint32_t node)
{
	while (root[node] != node) {
		root[node] = root[root[node]];
		node = root[node];
	}
	return node;
}

/* The cluster of a spoke and its hubs is that of the least of them. */
static void join_hubs(struct clustering *clustering, uint32_t spoke)
{
	const struct web *web = clustering->web;

	for (uint32_t i = web->first[spoke]; i < web->first[spoke + 1]; i++) {
		uint32_t a = find_root(clustering->root, spoke);
		uint32_t b = find_root(clustering->root, web->others[i]);

		clustering->root[a < b ? b : a] = a < b ? a : b;
	}
}

/* ---- members ---- */

static void number_clusters(struct clustering *clustering)
{
	struct clusters *clusters = clustering->clusters;

	for (uint32_t node = 0; node < clustering->web->count; node++) {
		uint32_t root = find_root(clustering->root, node);
		struct cluster *cluster;

		/* roots are the least, and so come first */
		clusters->of[node] = root == node ? clusters->count++ : clusters->of[root];
		cluster = &clusters->list[clusters->of[node]];
		if (clustering->is_spoke[node])
			cluster->spokes++;
		else
			clustering->order[node] = cluster->hubs++;
	}
}

static void gather_members(struct clustering *clustering, uint32_t *filled)
{
	struct clusters *clusters = clustering->clusters;
	uint32_t first = 0;

	for (uint32_t i = 0; i < clusters->count; i++) {
		struct cluster *cluster = &clusters->list[i];

		cluster->first = first;
		filled[i] = first + cluster->hubs;
		first += cluster->hubs + cluster->spokes;
	}
	for (uint32_t node = 0; node < clustering->web->count; node++) {
		uint32_t of = clusters->of[node];

		if (clustering->is_spoke[node])
			clusters->members[filled[of]++] = node;
		else
			clusters->members[clusters->list[of].first + clustering->order[node]] =
			    node;
	}
}

/* ---- rings ---- */

/* A spoke, and at which side of the hubs it belongs. */
struct ring_spoke {
	uint64_t side;
	uint32_t node;
};

/* A place on a ring: number NUMBER of OF that are spread on it evenly. */
struct ring_place {
	int32_t radius;
	uint32_t number, of;
};

static int compare_spokes(const void *a, const void *b)
{
	const struct ring_spoke *first = a, *second = b;

	if (first->side != second->side)
		return first->side < second->side ? -1 : 1;
	return first->node < second->node ? -1 : first->node > second->node;
}

/* By the angle. */
static int compare_places(const void *a, const void *b)
{
	const struct ring_place *first = a, *second = b;
	uint64_t one = (2 * (uint64_t)first->number + 1) * second->of;
	uint64_t two = (2 * (uint64_t)second->number + 1) * first->of;

	if (one != two)
		return one < two ? -1 : 1;
	return first->radius < second->radius ? -1 : first->radius > second->radius;
}

static void sort_spokes(const struct clustering *clustering, const struct cluster *cluster,
			struct ring_spoke *spokes)
{
	const struct web *web = clustering->web;
	const uint32_t *members = clustering->clusters->members + cluster->first + cluster->hubs;

	for (uint32_t i = 0; i < cluster->spokes; i++) {
		uint64_t sum = 0;

		for (uint32_t j = web->first[members[i]]; j < web->first[members[i] + 1]; j++)
			sum += clustering->order[web->others[j]];
		/* of up to four hubs the mean, without a fraction */
		spokes[i].side = sum * 12 / web_degree(web, members[i]);
		spokes[i].node = members[i];
	}
	qsort(spokes, cluster->spokes, sizeof(*spokes), compare_spokes);
}

static uint64_t ring_room(int32_t radius)
{
	return (uint64_t)PI_TIMES(2 * (int64_t)radius) / SPOKE_APART;
}

/* Fills PLACES, as many as CLUSTER has spokes; returns the outermost radius. */
static int32_t make_rings(const struct cluster *cluster, int32_t inner, struct ring_place *places)
{
	uint64_t all = cluster->spokes, room = 0, taken = 0, before = 0;
	int32_t outer = inner;
	uint32_t count = 0;

	do {
		outer += RING_APART;
		room += ring_room(outer);
	} while (room < all);
	/* each has the same share of them */
	for (int32_t radius = inner + RING_APART; radius <= outer; radius += RING_APART) {
		uint64_t end;
		uint32_t of;

		before += ring_room(radius);
		end = all * before / room;
		of = (uint32_t)(end - taken);
		for (uint32_t i = 0; i < of; i++)
			places[count++] = (struct ring_place){radius, i, of};
		taken = end;
	}
	qsort(places, count, sizeof(*places), compare_places);
	return outer;
}

static struct chart_point ring_point(const struct ring_place *place)
{
	uint64_t angle = CHART_TURN * (2 * (uint64_t)place->number + 1) / (2 * (uint64_t)place->of);

	return chart_polar(place->radius, (uint32_t)angle);
}

/* The hubs stand on a circle, one alone in its middle; returns the radius. */
static int32_t place_hubs(struct clusters *clusters, const struct cluster *cluster)
{
	int64_t radius = cluster->hubs < 2 ? 0 : cluster->hubs * HUB_APART / PI_TIMES(2) + 1;

	if (cluster->hubs == 2)
		radius = HUB_APART / 2;
	for (uint32_t i = 0; i < cluster->hubs; i++) {
		struct ring_place place = {(int32_t)radius, i, cluster->hubs};

		clusters->places[clusters->members[cluster->first + i]] = ring_point(&place);
	}
	return (int32_t)radius;
}

static bool place_members(struct clustering *clustering, struct cluster *cluster)
{
	struct clusters *clusters = clustering->clusters;
	struct ring_spoke *spokes = malloc(((size_t)cluster->spokes + 1) * sizeof(*spokes));
	struct ring_place *places = malloc(((size_t)cluster->spokes + 1) * sizeof(*places));
	bool is_well = spokes && places;
	int32_t radius = place_hubs(clusters, cluster);

	if (is_well && cluster->spokes) {
		radius = make_rings(cluster, radius, places);
		sort_spokes(clustering, cluster, spokes);
		for (uint32_t i = 0; i < cluster->spokes; i++)
			clusters->places[spokes[i].node] = ring_point(&places[i]);
	}
	cluster->radius = radius + CHART_APART / 2;
	free(spokes);
	free(places);
	return is_well;
}

/* ---- all of it ---- */

static bool begin(struct clustering *clustering)
{
	struct clusters *clusters = clustering->clusters;
	struct arena *arena = clustering->arena;
	size_t count = (size_t)clustering->web->count + 1;

	clustering->root = arena_alloc(arena, count * sizeof(*clustering->root));
	clustering->is_spoke = arena_alloc(arena, count * sizeof(*clustering->is_spoke));
	clustering->order = arena_alloc(arena, count * sizeof(*clustering->order));
	clusters->of = arena_alloc(arena, count * sizeof(*clusters->of));
	clusters->members = arena_alloc(arena, count * sizeof(*clusters->members));
	clusters->list = arena_alloc(arena, count * sizeof(*clusters->list));
	clusters->places = arena_alloc(arena, count * sizeof(*clusters->places));
	return !arena_failed(arena);
}

bool clusters_make(struct clusters *clusters, const struct web *web, struct arena *arena)
{
	struct clustering clustering = {.clusters = clusters, .web = web, .arena = arena};

	*clusters = (struct clusters){.web = web};
	if (!begin(&clustering))
		return false;
	for (uint32_t node = 0; node < web->count; node++)
		clustering.root[node] = node;
	for (uint32_t node = 0; node < web->count; node++) {
		clustering.is_spoke[node] = node_is_spoke(web, node);
		if (clustering.is_spoke[node])
			join_hubs(&clustering, node);
	}
	number_clusters(&clustering);
	/* the roots have done their duty */
	gather_members(&clustering, clustering.root);
	for (uint32_t i = 0; i < clusters->count; i++) {
		if (!place_members(&clustering, &clusters->list[i]))
			return false;
	}
	return true;
}

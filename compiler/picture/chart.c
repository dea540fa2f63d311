/* SPDX-License-Identifier: ISC */
#include "compiler/picture/chart.h"

#include "compiler/picture/chart_parts.h"

#include <stdlib.h>
#include <string.h>

/* What is connected, as a box of the picture. */
struct island {
	uint32_t first, count; /* of its clusters in `order' */
	int32_t width, height;
	struct chart_point at; /* its corner */
};

/* What is being made. */
struct charting {
	struct chart *chart;
	struct arena *arena;
	struct web web; /* of nodes */
	struct clusters clusters;
	struct web between; /* clusters */
	uint32_t *order; /* clusters, those of an island side by side, neighbours near each other */
	uint32_t *number; /* of each cluster its place in its island */
	struct island *islands;
	uint32_t island_count;
};

static int32_t greater(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* ---- islands ---- */

/* Gathers all that CLUSTER reaches behind the first KNOWN of the order; returns how many those are.
 */
static uint32_t gather_island(struct charting *charting, uint32_t cluster, uint32_t known)
{
	const struct web *web = &charting->between;
	struct island *island = &charting->islands[charting->island_count++];
	uint32_t done = known;

	island->first = known;
	charting->number[cluster] = 0;
	charting->order[known++] = cluster;
	while (done < known) {
		uint32_t here = charting->order[done++];

		for (uint32_t i = web->first[here]; i < web->first[here + 1]; i++) {
			uint32_t there = web->others[i];

			if (charting->number[there] != UINT32_MAX)
				continue;
			charting->number[there] = known - island->first;
			charting->order[known++] = there;
		}
	}
	island->count = known - island->first;
	return known;
}

static bool find_islands(struct charting *charting)
{
	size_t count = charting->clusters.count;
	uint32_t known = 0;

	charting->order = arena_alloc(charting->arena, (count + 1) * sizeof(*charting->order));
	charting->number = arena_alloc(charting->arena, (count + 1) * sizeof(*charting->number));
	charting->islands = arena_alloc(charting->arena, (count + 1) * sizeof(*charting->islands));
	if (arena_failed(charting->arena))
		return false;
	for (size_t i = 0; i < count; i++)
		charting->number[i] = UINT32_MAX;
	for (uint32_t i = 0; i < count; i++) {
		if (charting->number[i] == UINT32_MAX)
			known = gather_island(charting, i, known);
	}
	return true;
}

/* ---- boxes in rows ---- */

/* Something with a place among others, beside and below each other. */
struct box {
	int32_t width, height;
	uint32_t index;
	struct chart_point at;
};

/* The highest first, so that a row wastes little. */
static int compare_boxes(const void *a, const void *b)
{
	const struct box *first = a, *second = b;

	if (first->height != second->height)
		return first->height > second->height ? -1 : 1;
	return first->index < second->index ? -1 : first->index > second->index;
}

/* Wider than high, as screens are, and as wide as the widest. */
static int64_t row_width(const struct box *boxes, size_t count)
{
	uint64_t area = 0;
	int64_t width = 0, root;

	for (size_t i = 0; i < count; i++) {
		area += (uint64_t)boxes[i].width * (uint64_t)boxes[i].height;
		width = boxes[i].width > width ? boxes[i].width : width;
	}
	root = chart_root(area) * 4 / 3;
	return root > width ? root : width;
}

/* Gives each of COUNT boxes its place; what they take together is SIZE. */
static void arrange_boxes(struct box *boxes, size_t count, struct chart_point *size)
{
	int64_t most = row_width(boxes, count);
	struct chart_point at = {0, 0};
	int32_t height = 0;

	*size = at;
	for (size_t i = 0; i < count; i++) {
		if (at.x && (int64_t)at.x + boxes[i].width > most) {
			at = (struct chart_point){0, at.y + height};
			height = 0;
		}
		boxes[i].at = at;
		at.x += boxes[i].width;
		height = greater(height, boxes[i].height);
		size->x = greater(size->x, at.x);
		size->y = greater(size->y, at.y + height);
	}
}

/* ---- the clusters of an island ---- */

static struct cluster *cluster_of(const struct charting *charting, const struct island *island,
				  uint32_t number)
{
	return &charting->clusters.list[charting->order[island->first + number]];
}

/* In rows, in their order. */
static bool arrange_clusters(struct charting *charting, const struct island *island)
{
	struct box *boxes = malloc(island->count * sizeof(*boxes));
	struct chart_point size;

	if (!boxes)
		return false;
	for (uint32_t i = 0; i < island->count; i++) {
		int32_t side = 2 * cluster_of(charting, island, i)->radius;

		boxes[i] = (struct box){.width = side, .height = side, .index = i};
	}
	arrange_boxes(boxes, island->count, &size);
	for (uint32_t i = 0; i < island->count; i++) {
		struct cluster *cluster = cluster_of(charting, island, i);

		cluster->at.x = boxes[i].at.x + cluster->radius;
		cluster->at.y = boxes[i].at.y + cluster->radius;
	}
	free(boxes);
	return true;
}

/* Moves the clusters of ISLAND so that they begin in its corner, and measures it. */
static void measure_island(struct charting *charting, struct island *island)
{
	struct chart_point least = {INT32_MAX, INT32_MAX};

	for (uint32_t i = 0; i < island->count; i++) {
		const struct cluster *cluster = cluster_of(charting, island, i);

		least.x = -greater(-least.x, cluster->radius - cluster->at.x);
		least.y = -greater(-least.y, cluster->radius - cluster->at.y);
	}
	for (uint32_t i = 0; i < island->count; i++) {
		struct cluster *cluster = cluster_of(charting, island, i);

		cluster->at.x -= least.x;
		cluster->at.y -= least.y;
		island->width = greater(island->width, cluster->at.x + cluster->radius);
		island->height = greater(island->height, cluster->at.y + cluster->radius);
	}
}

static bool make_island(struct charting *charting, struct island *island)
{
	const struct spread spread = {
	    .list = charting->clusters.list,
	    .web = &charting->between,
	    .indices = charting->order + island->first,
	    .number = charting->number,
	    .count = island->count,
	};

	if (island->count > 1 && (island->count > SPREAD_MOST || !spread_make(&spread)) &&
	    !arrange_clusters(charting, island))
		return false;
	measure_island(charting, island);
	return true;
}

/* ---- all of it ---- */

static bool arrange_islands(struct charting *charting)
{
	struct box *boxes = malloc((charting->island_count + (size_t)1) * sizeof(*boxes));
	struct chart_point size;

	if (!boxes)
		return false;
	for (uint32_t i = 0; i < charting->island_count; i++) {
		const struct island *island = &charting->islands[i];

		boxes[i] =
		    (struct box){.width = island->width, .height = island->height, .index = i};
	}
	qsort(boxes, charting->island_count, sizeof(*boxes), compare_boxes);
	arrange_boxes(boxes, charting->island_count, &size);
	for (uint32_t i = 0; i < charting->island_count; i++)
		charting->islands[boxes[i].index].at = boxes[i].at;
	charting->chart->width = size.x;
	charting->chart->height = size.y;
	free(boxes);
	return true;
}

static void place_nodes(struct charting *charting)
{
	const struct clusters *clusters = &charting->clusters;

	for (uint32_t i = 0; i < charting->island_count; i++) {
		const struct island *island = &charting->islands[i];

		for (uint32_t j = 0; j < island->count; j++) {
			struct cluster *cluster = cluster_of(charting, island, j);

			cluster->at.x += island->at.x;
			cluster->at.y += island->at.y;
		}
	}
	for (uint32_t node = 0; node < charting->web.count; node++) {
		const struct cluster *cluster = &clusters->list[clusters->of[node]];
		struct chart_point *at = &charting->chart->places[node];

		at->x = cluster->at.x + clusters->places[node].x;
		at->y = cluster->at.y + clusters->places[node].y;
	}
}

/* The pairs of EDGES with, for each of both, its value in OF (NULL: itself). */
static struct web_pair *make_pairs(const struct topology *topology, const uint32_t *of)
{
	struct web_pair *pairs = malloc((topology->edge_count + 1) * sizeof(*pairs));

	for (size_t i = 0; pairs && i < topology->edge_count; i++) {
		const struct topology_edge *edge = &topology->edges[i];

		pairs[i] = (struct web_pair){of ? of[edge->from] : edge->from,
					     of ? of[edge->to] : edge->to};
	}
	return pairs;
}

static bool connect(struct web *web, uint32_t count, const struct topology *topology,
		    const uint32_t *of, struct arena *arena)
{
	struct web_pair *pairs = make_pairs(topology, of);
	bool is_well = pairs && web_make(web, count, pairs, topology->edge_count, arena);

	free(pairs);
	return is_well;
}

bool chart_make(struct chart *chart, const struct topology *topology, struct arena *arena)
{
	struct charting charting = {.chart = chart, .arena = arena};
	uint32_t count = (uint32_t)topology->node_count;

	*chart = (struct chart){
	    .places = arena_alloc(arena, ((size_t)count + 1) * sizeof(*chart->places))};
	if (!chart->places || !connect(&charting.web, count, topology, NULL, arena) ||
	    !clusters_make(&charting.clusters, &charting.web, arena) ||
	    !connect(&charting.between, charting.clusters.count, topology, charting.clusters.of,
		     arena) ||
	    !find_islands(&charting))
		return false;
	for (uint32_t i = 0; i < charting.island_count; i++) {
		if (!make_island(&charting, &charting.islands[i]))
			return false;
	}
	if (!arrange_islands(&charting))
		return false;
	place_nodes(&charting);
	return true;
}

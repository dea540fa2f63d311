/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CHART_PARTS_H
#define WEIPSEC_CHART_PARTS_H

#include "compiler/base/arena.h"
#include "compiler/picture/chart.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- numbers ---- */

/* A whole turn; angles begin at the right and go on downwards. */
#define CHART_TURN 65536

/* The point at ANGLE on a circle of RADIUS around the origin. */
struct chart_point chart_polar(int32_t radius, uint32_t angle);
/* The root of VALUE, rounded down. */
int64_t chart_root(uint64_t value);

/* ---- who is connected with whom ---- */

/* Of each of COUNT nodes the neighbours: others[first[node]] up to others[first[node + 1]]. */
struct web {
	uint32_t count;
	uint32_t *first;
	uint32_t *others;
};

struct web_pair {
	uint32_t from, to;
};

/* The web of COUNT nodes that EDGE_COUNT EDGES connect; loops are left out.  False without memory.
 */
bool web_make(struct web *web, uint32_t count, const struct web_pair *edges, size_t edge_count,
	      struct arena *arena);

static inline uint32_t web_degree(const struct web *web, uint32_t node)
{
	return web->first[node + 1] - web->first[node];
}

/* ---- hubs with what hangs on them ---- */

/* One or more hubs with their spokes, or any other node alone: a disc of the picture. */
struct cluster {
	uint32_t first; /* in the members of all */
	uint32_t hubs;	/* so many; the spokes stand behind them */
	uint32_t spokes;
	int32_t radius;	       /* of what it takes */
	struct chart_point at; /* its centre */
};

struct clusters {
	const struct web *web;
	uint32_t *of;	   /* each node's cluster */
	uint32_t *members; /* nodes, those of a cluster side by side */
	struct cluster *list;
	uint32_t count;
	struct chart_point *places; /* of each node, from the centre of its cluster */
};

/* The clusters of WEB, and where in them their members stand.  False without memory. */
bool clusters_make(struct clusters *clusters, const struct web *web, struct arena *arena);

/* ---- clusters that are connected ---- */

/* Of so many something is known about each two. */
#define SPREAD_MOST 1024

/*
 * Spreads COUNT discs of LIST, which WEB connects, by how far it is from each to each, so that none
 * meets another.  INDICES are those of LIST, and NUMBER says where each stands in INDICES.  False
 * without memory, or where there is no such picture of a bearable size.
 */
struct spread {
	struct cluster *list;
	const struct web *web;
	const uint32_t *indices;
	const uint32_t *number;
	uint32_t count;
};
bool spread_make(const struct spread *spread);

#endif

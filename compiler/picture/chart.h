/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CHART_H
#define WEIPSEC_CHART_H

#include "compiler/picture/topology.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Where the nodes of a topology stand in a picture: spokes in rings around their hubs, meshes
 * spread by who is near to whom, what is not connected beside each other.  All is counted in
 * integers, so that the places are the same on every machine.
 */

/* Two places are never nearer than this, nor a place to an edge of the picture than half of it. */
#define CHART_APART 64

struct chart_point {
	int32_t x, y; /* from the left, and from the top */
};

struct chart {
	struct chart_point *places; /* of each node, by its index */
	int32_t width, height;
};

/* The chart of TOPOLOGY in the memory of ARENA.  False without memory. */
bool chart_make(struct chart *chart, const struct topology *topology, struct arena *arena);

#endif

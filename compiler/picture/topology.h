/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TOPOLOGY_H
#define WEIPSEC_TOPOLOGY_H

#include "compiler/base/arena.h"
#include "compiler/fleet/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a picture of a network shows: gateways, and between two of them one edge for all tunnels. */

struct topology_node {
	/*
	 * The host name, or the path of the file where it has none; both where several have one.
	 * No two gateways have one name.  As it was written: not yet fit to be shown.
	 */
	struct slice name;
	uint32_t site;	     /* NETWORK_NONE: a peer that has no file */
	struct address peer; /* of such a one; not set: any */
};

struct topology_edge {
	uint32_t from, to; /* nodes; from <= to, and the same where a gateway has both ends */
	uint32_t first;	   /* in `links' of the topology, the worst first */
	uint32_t count;
	enum outcome outcome; /* the worst */
	enum refusal refusal; /* its reason */
};

struct topology {
	const struct network *network;
	/* gateways in the order of their files, then peers that have no file */
	struct topology_node *nodes;
	size_t node_count;
	struct topology_edge *edges; /* in the order of both nodes */
	size_t edge_count;
	uint32_t *links; /* indices of the network's links, those of one edge side by side */
};

/*
 * The topology of NETWORK, which was judged and outlives it, in the memory of ARENA.  Files without
 * a tunnel are not in it.  False without memory.
 */
bool topology_make(struct topology *topology, const struct network *network, struct arena *arena);

#endif

/* SPDX-License-Identifier: ISC */
#include "compiler/picture/chart_parts.h"

bool web_make(struct web *web, uint32_t count, const struct web_pair *edges, size_t edge_count,
	      struct arena *arena)
{
	uint32_t *first = arena_alloc(arena, ((size_t)count + 2) * sizeof(*first));
	uint32_t *others = arena_alloc(arena, 2 * edge_count * sizeof(*others) + 1);

	*web = (struct web){count, first, others};
	if (!first || !others)
		return false;
	/* counted two places further on, since they are moved twice: to begin, and by each
	 * neighbour */
	for (size_t i = 0; i < edge_count; i++) {
		first[edges[i].from + 2] += edges[i].from != edges[i].to;
		first[edges[i].to + 2] += edges[i].from != edges[i].to;
	}
	for (uint32_t node = 2; node <= count + 1; node++)
		first[node] += first[node - 1];
	for (size_t i = 0; i < edge_count; i++) {
		if (edges[i].from == edges[i].to)
			continue;
		others[first[edges[i].from + 1]++] = edges[i].to;
		others[first[edges[i].to + 1]++] = edges[i].from;
	}
	return true;
}

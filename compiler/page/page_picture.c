/* SPDX-License-Identifier: ISC */
#include "compiler/page/page_parts.h"

#include "compiler/base/arena.h"
#include "compiler/base/json.h"
#include "compiler/picture/chart.h"

#include <errno.h>

/* What is drawn: compiler/picture has the places, and the script of the page the lines. */

static json_t *node_json(const struct topology_node *node, struct chart_point place)
{
	json_t *json = json_object();

	json_put(&json, "name", page_words(node->name));
	if (node->site != NETWORK_NONE)
		json_put_integer(&json, "site", node->site);
	json_put(&json, "x", json_integer(place.x));
	json_put(&json, "y", json_integer(place.y));
	return json;
}

/* Both nodes, and the pairs between them, the worst first. */
static json_t *edge_json(const struct topology *topology, const struct topology_edge *edge)
{
	json_t *json = json_array(), *pairs = json_array();

	for (uint32_t i = 0; i < edge->count; i++)
		json_append(&pairs, json_integer(topology->links[edge->first + i]));
	json_append(&json, json_integer(edge->from));
	json_append(&json, json_integer(edge->to));
	json_append(&json, pairs);
	return json;
}

static int put_nodes(FILE *out, const struct topology *topology, const struct chart *chart)
{
	int error = 0;

	fputs("\"nodes\": [", out);
	for (size_t i = 0; i < topology->node_count && !error; i++) {
		fputs(i ? ",\n" : "\n", out);
		error = page_put_json(out, node_json(&topology->nodes[i], chart->places[i]));
	}
	fputs("\n],\n", out);
	return error;
}

static int put_edges(FILE *out, const struct topology *topology)
{
	int error = 0;

	fputs("\"edges\": [", out);
	for (size_t i = 0; i < topology->edge_count && !error; i++) {
		fputs(i ? ",\n" : "\n", out);
		error = page_put_json(out, edge_json(topology, &topology->edges[i]));
	}
	fputs("\n],\n", out);
	return error;
}

int page_put_picture(const struct page *page)
{
	struct arena *arena = arena_new();
	struct topology topology;
	struct chart chart;
	int error = ENOMEM;

	if (arena && topology_make(&topology, page->network, arena) &&
	    chart_make(&chart, &topology, arena)) {
		error = put_nodes(page->out, &topology, &chart);
		if (!error)
			error = put_edges(page->out, &topology);
	}
	arena_free(arena);
	return error;
}

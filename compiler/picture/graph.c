/* SPDX-License-Identifier: ISC */
/*
 * What others wrote stands between quotes alone, printable, and with each byte that means something
 * there behind a backslash or as an entity; a node's name is its number.
 */
#include "compiler/picture/graph.h"

#include "compiler/base/printable.h"
#include "compiler/compare/pair.h"

#include <stdlib.h>
#include <string.h>

/* Of a name so many bytes are shown, of a tooltip so many tunnels, of a gateway so many networks.
 */
#define NAME_SHOWN 64
#define PATH_SHOWN 160
#define TUNNELS_SHOWN 8
#define NETWORKS_SHOWN 3
/* `dot' has so many spokes in a column, where the picture is not wider than this is high. */
#define COLUMN_LEAST 24

/*
 * Colours that those tell apart, too, who see two of red, green and blue as one; who sees none has
 * the kind of the line.
 */
static const struct {
	const char *colour, *style;
} looks[OUTCOMES] = {
    [OUTCOME_UP] = {"#0072b2", "solid"},
    [OUTCOME_ON_TRAFFIC] = {"#56b4e9", "solid"},
    [OUTCOME_LOST_AT_REKEY] = {"#b87800", "dashed"},
    [OUTCOME_UNKNOWN] = {"#777777", "dashed"},
    [OUTCOME_NO_CHILD] = {"#d55e00", "bold"},
    [OUTCOME_NO_IKE] = {"#d55e00", "bold"},
    [OUTCOME_UNMATCHED] = {"#b0307a", "dotted"},
    [OUTCOME_DISABLED] = {"#777777", "dotted"},
    [OUTCOME_INVALID] = {"#000000", "dashed"},
};

/* What is being written. */
struct graph {
	const struct topology *topology;
	FILE *out;
	uint32_t *degrees; /* of each node */
	bool has_hubs;
	uint32_t columns; /* of spokes, on either side of their hub */
	uint32_t spokes;  /* written so far */
};

/* ---- text ---- */

/* TEXT, which is printable, as a part of what stands between quotes. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

static void put_text(FILE *out, struct slice text, size_t most)
{
	char shown[PATH_SHOWN + 1];

	printable_copy(shown, most + 1, text);
	put_escaped(out, shown);
}

/* ---- gateways ---- */

static int compare_subnets(const void *a, const void *b)
{
	const struct subnet *first = a, *second = b;

	if (first->address != second->address)
		return first->address < second->address ? -1 : 1;
	return (first->length > second->length) - (first->length < second->length);
}

/* The networks of SITE's own side into LIST, each once, in their order; how many those are. */
static size_t gather_subnets(const struct site *site, struct subnet *list)
{
	size_t count = 0, kept = 0;

	for (size_t i = 0; i < site->model.count; i++) {
		const struct subnet *subnet = &site->model.tunnels[i]->local_subnet;

		if (subnet->set && subnet->known)
			list[count++] = *subnet;
	}
	qsort(list, count, sizeof(*list), compare_subnets);
	for (size_t i = 0; i < count; i++) {
		if (!kept || compare_subnets(&list[kept - 1], &list[i]) != 0)
			list[kept++] = list[i];
	}
	return kept;
}

static bool put_subnets(const struct site *site, FILE *out)
{
	struct subnet *list = malloc(site->model.count * sizeof(*list));
	size_t count;

	if (!list)
		return false;
	count = gather_subnets(site, list);
	for (size_t i = 0; i < count && i < NETWORKS_SHOWN; i++)
		fprintf(out, "\\n" IP_FORMAT "/%u", IP_BYTES(list[i].address), list[i].length);
	if (count > NETWORKS_SHOWN)
		fprintf(out, "\\n+ %zu", count - NETWORKS_SHOWN);
	free(list);
	return true;
}

static bool put_node(const struct graph *graph, uint32_t index)
{
	const struct topology_node *node = &graph->topology->nodes[index];
	const struct site *site =
	    node->site == NETWORK_NONE ? NULL : graph->topology->network->sites[node->site];
	bool is_well = true;

	fprintf(graph->out, "\tn%u [label=\"", index);
	put_text(graph->out, node->name, NAME_SHOWN);
	if (site)
		is_well = put_subnets(site, graph->out);
	fputs("\", tooltip=\"", graph->out);
	if (site)
		put_text(graph->out, (struct slice){site->path, strlen(site->path)}, PATH_SHOWN);
	else
		fputs("in no file", graph->out);
	fprintf(graph->out, "\"%s];\n", site ? "" : ", style=\"rounded,dashed\"");
	return is_well;
}

/* ---- tunnels ---- */

static const struct link *link_of(const struct topology *topology, const struct topology_edge *edge,
				  uint32_t number)
{
	return &topology->network->links[topology->links[edge->first + number]];
}

static void put_end(const struct network *network, const struct network_end *end, FILE *out)
{
	const struct tunnel *tunnel = network_tunnel(network, end);
	const char *path = end->site == NETWORK_NONE ? "?" : network->sites[end->site]->path;

	put_text(out, (struct slice){path, strlen(path)}, PATH_SHOWN);
	if (tunnel && tunnel->id >= 0)
		fprintf(out, " ipsec %d", (int)tunnel->id);
}

static void put_link(const struct network *network, const struct link *link, FILE *out)
{
	const char *refusal = refusal_name(link->refusal);

	fprintf(out, "%s%s%s: ", outcome_name(link->outcome), refusal ? " " : "",
		refusal ? refusal : "");
	put_end(network, &link->ends[SIDE_A], out);
	fputs(" - ", out);
	put_end(network, &link->ends[SIDE_B], out);
}

static void put_tooltip(const struct graph *graph, const struct topology_edge *edge)
{
	for (uint32_t i = 0; i < edge->count && i < TUNNELS_SHOWN; i++) {
		if (i)
			fputs("\\n", graph->out);
		put_link(graph->topology->network, link_of(graph->topology, edge, i), graph->out);
	}
	if (edge->count > TUNNELS_SHOWN)
		fprintf(graph->out, "\\n+ %u", edge->count - TUNNELS_SHOWN);
}

/* How many of EDGE are not up for good; those stand first. */
static uint32_t count_bad(const struct topology *topology, const struct topology_edge *edge)
{
	uint32_t count = 0;

	while (count < edge->count && link_of(topology, edge, count)->outcome > OUTCOME_ON_TRAFFIC)
		count++;
	return count;
}

/* Of what is up only how many there are. */
static void put_words(const struct graph *graph, const struct topology_edge *edge)
{
	uint32_t bad = count_bad(graph->topology, edge);
	const char *refusal = refusal_name(edge->refusal);

	if (bad && edge->count > 1)
		fprintf(graph->out, "%u of %u: ", bad, edge->count);
	else if (edge->count > 1)
		fprintf(graph->out, "%u tunnels", edge->count);
	if (bad)
		fputs(outcome_name(edge->outcome), graph->out);
	if (bad && refusal)
		fprintf(graph->out, "\\n%s", refusal);
}

/*
 * `dot' puts what stands first left of the other: half of the spokes stand on either side of their
 * hub, in several columns if they are many.
 */
static void put_ends(struct graph *graph, const struct topology_edge *edge)
{
	bool is_turned = graph->degrees[edge->from] > graph->degrees[edge->to];
	uint32_t spoke = is_turned ? edge->to : edge->from;
	uint32_t hub = is_turned ? edge->from : edge->to;
	uint32_t number = graph->spokes++;
	bool is_right = graph->has_hubs && number % 2;

	fprintf(graph->out, "\tn%u -- n%u [", is_right ? hub : spoke, is_right ? spoke : hub);
	if (graph->has_hubs && graph->columns > 1)
		fprintf(graph->out, "minlen=%u, ", number / 2 % graph->columns + 1);
}

static void put_edge(struct graph *graph, const struct topology_edge *edge)
{
	put_ends(graph, edge);
	fprintf(graph->out, "color=\"%s\", style=%s, label=\"", looks[edge->outcome].colour,
		looks[edge->outcome].style);
	put_words(graph, edge);
	fprintf(graph->out, "\", fontcolor=\"%s\", edgetooltip=\"", looks[edge->outcome].colour);
	put_tooltip(graph, edge);
	fputs("\"];\n", graph->out);
}

/* ---- the whole ---- */

/* How many there are of each outcome, in its colour. */
static void put_legend(const struct graph *graph)
{
	const struct network *network = graph->topology->network;
	size_t counts[OUTCOMES] = {0};

	for (size_t i = 0; i < network->link_count; i++)
		counts[network->links[i].outcome]++;
	fputs("\tlabel=<", graph->out);
	for (size_t i = 0; i < OUTCOMES; i++) {
		enum outcome outcome = outcome_order[i];

		if (counts[outcome])
			fprintf(graph->out, "<font color=\"%s\"><b>%zu %s</b> (%s) </font>",
				looks[outcome].colour, counts[outcome], outcome_name(outcome),
				looks[outcome].style);
	}
	fputs(">;\n", graph->out);
}

/* Who is connected with one alone, or with a few that have many more, hangs on these. */
static bool is_spoke_of(const struct graph *graph, uint32_t node, uint32_t hub)
{
	return graph->degrees[hub] >= 4 * graph->degrees[node] || graph->degrees[node] == 1;
}

/* Most edges lead from a spoke to a hub. */
static bool find_hubs(struct graph *graph)
{
	const struct topology *topology = graph->topology;
	size_t count = 0;

	graph->degrees = calloc(topology->node_count + 1, sizeof(*graph->degrees));
	for (size_t i = 0; graph->degrees && i < topology->edge_count; i++) {
		graph->degrees[topology->edges[i].from]++;
		graph->degrees[topology->edges[i].to]++;
	}
	for (size_t i = 0; graph->degrees && i < topology->edge_count; i++) {
		const struct topology_edge *edge = &topology->edges[i];

		count += is_spoke_of(graph, edge->from, edge->to) ||
			 is_spoke_of(graph, edge->to, edge->from);
	}
	graph->has_hubs = 2 * count >= topology->edge_count;
	return graph->degrees != NULL;
}

static const char *engine_of(const struct graph *graph)
{
	return graph->has_hubs ? "dot" : "sfdp";
}

const char *graph_engine(const struct topology *topology)
{
	struct graph graph = {.topology = topology};
	const char *engine = find_hubs(&graph) ? engine_of(&graph) : "sfdp";

	free(graph.degrees);
	return engine;
}

/* So that it becomes about as high as it is wide. */
static void find_columns(struct graph *graph)
{
	size_t on_side = graph->topology->node_count / 2;

	graph->columns = 1;
	while ((size_t)graph->columns * graph->columns * COLUMN_LEAST < on_side)
		graph->columns++;
}

/* In a mesh edges cross gateways: what failed is to be read all the same. */
static void put_head(const struct graph *graph)
{
	fprintf(graph->out, "graph network {\n\tlayout=%s; fontname=\"sans-serif\"; fontsize=14;\n",
		engine_of(graph));
	if (graph->has_hubs)
		fputs("\trankdir=LR; nodesep=0.1; ranksep=0.5; outputorder=edgesfirst;\n",
		      graph->out);
	else
		fputs("\toverlap=prism; sep=\"+24,20\"; splines=line; outputorder=nodesfirst;\n",
		      graph->out);
	fputs("\tnode [shape=box, style=\"rounded,filled\", fillcolor=white, "
	      "fontname=\"sans-serif\", "
	      "fontsize=10, height=0.2, margin=\"0.08,0.03\"];\n"
	      "\tedge [fontname=\"sans-serif\", fontsize=8];\n",
	      graph->out);
	put_legend(graph);
}

bool graph_write(const struct topology *topology, FILE *out)
{
	struct graph graph = {.topology = topology, .out = out};
	bool is_well = find_hubs(&graph);

	if (!is_well)
		return false;
	find_columns(&graph);
	put_head(&graph);
	for (uint32_t i = 0; is_well && i < topology->node_count; i++)
		is_well = put_node(&graph, i);
	for (size_t i = 0; i < topology->edge_count; i++)
		put_edge(&graph, &topology->edges[i]);
	fputs("}\n", out);
	free(graph.degrees);
	return is_well;
}

/* SPDX-License-Identifier: ISC */
/* Where gateways stand in a picture: apart, within it, near to whom they have a tunnel with, always
 * the same. */
#include "compiler/picture/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tests, failures;

static void result(bool ok, const char *what, const char *shape)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s: %s\n", ok ? "" : "not ", tests, shape, what);
}

/* ---- networks ---- */

/* A network of COUNT gateways with a tunnel each, which all links are of. */
struct drawn {
	struct arena *arena;
	struct network network;
	struct topology topology;
	struct chart chart;
};

static void begin(struct drawn *drawn, uint32_t count, size_t links)
{
	struct network *network = &drawn->network;

	memset(drawn, 0, sizeof(*drawn));
	drawn->arena = arena_new();
	network->sites = arena_alloc(drawn->arena, count * sizeof(struct site *) + 1);
	network->links = arena_alloc(drawn->arena, links * sizeof(*network->links) + 1);
	network->site_count = count;
	for (uint32_t i = 0; i < count; i++) {
		struct site *site = arena_alloc(drawn->arena, sizeof(*site));

		site->path = arena_printf(drawn->arena, "%u.cfg", (unsigned)i);
		site->model.count = 1;
		site->model.tunnels = arena_alloc(drawn->arena, sizeof(struct tunnel *));
		site->model.tunnels[0] = arena_alloc(drawn->arena, sizeof(struct tunnel));
		network->sites[i] = site;
	}
}

static void add_link(struct drawn *drawn, uint32_t a, uint32_t b, enum outcome outcome)
{
	struct link *link = &drawn->network.links[drawn->network.link_count++];

	*link = (struct link){.ends = {{a, 0}, {b, b == NETWORK_NONE ? NETWORK_NONE : 0}},
			      .outcome = outcome};
}

static bool draw(struct drawn *drawn)
{
	return topology_make(&drawn->topology, &drawn->network, drawn->arena) &&
	       chart_make(&drawn->chart, &drawn->topology, drawn->arena);
}

static void end(struct drawn *drawn)
{
	arena_free(drawn->arena);
}

/* Each of COUNT spokes behind HUBS of them, with OF of these. */
static void make_hubs(struct drawn *drawn, uint32_t count, uint32_t hubs, uint32_t of)
{
	begin(drawn, count, (size_t)count * of);
	for (uint32_t i = hubs; i < count; i++) {
		for (uint32_t j = 0; j < of; j++)
			add_link(drawn, i, (i + j) % hubs, OUTCOME_UP);
	}
}

/* Each with the next DEGREE / 2, and with as many drawn ones if it is WILD. */
static void make_mesh(struct drawn *drawn, uint32_t count, uint32_t degree, bool wild)
{
	uint32_t seed = 7;

	begin(drawn, count, (size_t)count * degree);
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = 1; j <= degree / 2; j++) {
			seed = seed * 1103515245 + 12345;
			add_link(drawn, i, wild ? (seed >> 8) % count : (i + j) % count,
				 OUTCOME_UP);
		}
	}
}

static void make_pairs(struct drawn *drawn, uint32_t count)
{
	begin(drawn, count, count / 2);
	for (uint32_t i = 0; i + 1 < count; i += 2)
		add_link(drawn, i, i + 1, OUTCOME_UP);
}

/* Hubs of spokes that are themselves spokes of one. */
static void make_tree(struct drawn *drawn, uint32_t count, uint32_t each)
{
	begin(drawn, count, count);
	for (uint32_t i = 1; i < count; i++)
		add_link(drawn, i, (i - 1) / each, OUTCOME_UP);
}

static void make_missing(struct drawn *drawn, uint32_t count)
{
	begin(drawn, 2, count);
	for (uint32_t i = 0; i < count; i++) {
		add_link(drawn, 0, NETWORK_NONE, OUTCOME_UNMATCHED);
		drawn->network.links[i].ends[SIDE_A].tunnel = i;
	}
	drawn->network.sites[0]->model.count = count;
	drawn->network.sites[0]->model.tunnels =
	    arena_alloc(drawn->arena, count * sizeof(struct tunnel *));
	for (uint32_t i = 0; i < count; i++) {
		struct tunnel *tunnel = arena_alloc(drawn->arena, sizeof(*tunnel));

		tunnel->peer = (struct address){true, i / 2};
		drawn->network.sites[0]->model.tunnels[i] = tunnel;
	}
}

/* ---- what holds of each ---- */

static int compare_points(const void *a, const void *b)
{
	const struct chart_point *first = a, *second = b;

	return (first->y > second->y) - (first->y < second->y);
}

/* From the top downwards, so that only those at nearly one height are compared. */
static bool are_apart(const struct drawn *drawn)
{
	size_t count = drawn->topology.node_count;
	struct chart_point *sorted = malloc((count + 1) * sizeof(*sorted));
	bool ok = true;

	if (count)
		memcpy(sorted, drawn->chart.places, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_points);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count && sorted[j].y - sorted[i].y < CHART_APART; j++) {
			int64_t x = sorted[j].x - sorted[i].x, y = sorted[j].y - sorted[i].y;

			ok = ok && x * x + y * y >= (int64_t)CHART_APART * CHART_APART;
		}
	}
	free(sorted);
	return ok;
}

static bool are_within(const struct drawn *drawn)
{
	const struct chart *chart = &drawn->chart;

	for (size_t i = 0; i < drawn->topology.node_count; i++) {
		struct chart_point at = chart->places[i];

		if (at.x < CHART_APART / 2 || at.y < CHART_APART / 2 ||
		    at.x > chart->width - CHART_APART / 2 || at.y > chart->height - CHART_APART / 2)
			return false;
	}
	return true;
}

/* Not more room than N in rows, FOLD times. */
static bool is_small(const struct drawn *drawn, int64_t fold)
{
	int64_t count = (int64_t)drawn->topology.node_count;

	return (int64_t)drawn->chart.width * drawn->chart.height <=
	       fold * count * CHART_APART * CHART_APART;
}

static uint64_t hash(const struct drawn *drawn)
{
	uint64_t value = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < drawn->topology.node_count; i++) {
		value = (value ^ (uint32_t)drawn->chart.places[i].x) * UINT64_C(1099511628211);
		value = (value ^ (uint32_t)drawn->chart.places[i].y) * UINT64_C(1099511628211);
	}
	return value;
}

/* Where they stand was printed by this; it must not depend on the machine or the compiler. */
static void check(struct drawn *drawn, const char *shape, int64_t fold, uint64_t expected)
{
	bool is_drawn = draw(drawn);
	char words[64];

	result(is_drawn, "is drawn", shape);
	if (is_drawn) {
		result(are_apart(drawn), "none meets another", shape);
		result(are_within(drawn), "all are within", shape);
		result(is_small(drawn, fold), "no more room than needed", shape);
		snprintf(words, sizeof(words), "the same places everywhere (%016llx)",
			 (unsigned long long)hash(drawn));
		result(hash(drawn) == expected, words, shape);
	}
	end(drawn);
}

int main(void)
{
	struct drawn drawn;

	make_hubs(&drawn, 0, 1, 1);
	check(&drawn, "nobody", 0, UINT64_C(0xcbf29ce484222325));
	make_pairs(&drawn, 1);
	check(&drawn, "one", 1, UINT64_C(0x07c5a807b48ed46d));
	make_pairs(&drawn, 2);
	check(&drawn, "two", 8, UINT64_C(0x96c2d80e3f05fc85));
	make_pairs(&drawn, 1000);
	check(&drawn, "pairs", 8, UINT64_C(0x99488de5905923e5));
	make_hubs(&drawn, 10, 1, 1);
	check(&drawn, "a hub of 9", 8, UINT64_C(0xd3bc181b4638ae36));
	make_hubs(&drawn, 500, 1, 1);
	check(&drawn, "a hub of 499", 8, UINT64_C(0xa3ef015ad3a387cf));
	make_hubs(&drawn, 902, 2, 2);
	check(&drawn, "two hubs of 900, each on both", 8, UINT64_C(0xe0f914b406a3f986));
	make_hubs(&drawn, 500, 5, 1);
	check(&drawn, "five hubs", 8, UINT64_C(0x4d1f045c0ba6f212));
	make_hubs(&drawn, 500, 5, 2);
	check(&drawn, "five hubs, each on two", 8, UINT64_C(0x2afc0148712de5dc));
	make_hubs(&drawn, 100001, 1, 1);
	check(&drawn, "a hub of 100,000", 8, UINT64_C(0xa64188e9dd911a5d));
	make_mesh(&drawn, 10, 10, false);
	check(&drawn, "a full mesh of 10", 8, UINT64_C(0x6b5545fc615c8de9));
	make_mesh(&drawn, 40, 4, false);
	check(&drawn, "a mesh of 40", 8, UINT64_C(0xd4b26753e30aafaa));
	make_mesh(&drawn, 500, 4, false);
	check(&drawn, "a mesh of 500", 128, UINT64_C(0xc4364ce8fdeb7633));
	make_mesh(&drawn, 1000, 4, true);
	check(&drawn, "a wild mesh of 1,000", 8, UINT64_C(0x55555653e4be4965));
	make_mesh(&drawn, 10000, 4, true);
	check(&drawn, "a wild mesh of 10,000", 8, UINT64_C(0x2f449ce8c1dca465));
	make_tree(&drawn, 1000, 9);
	check(&drawn, "hubs behind hubs", 8, UINT64_C(0xacdaec672c848d94));
	make_tree(&drawn, 1000, 1);
	check(&drawn, "a chain of 1,000", 1024, UINT64_C(0x3918b09756446918));
	make_missing(&drawn, 100000);
	check(&drawn, "100,000 ends that ask for 50,000 peers", 8, UINT64_C(0x496a5534b7fc7d9e));
	printf("1..%d\n", tests);
	return failures != 0;
}

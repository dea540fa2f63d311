/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/matching.h"

#include "compiler/compare/accept.h"
#include "compiler/compare/counterpart.h"

#include <stdlib.h>
#include <string.h>

/*
 * The rounds of two gateways (counterpart.c), over all ends at once: what one end says of itself
 * and expects of the other is looked up by hash among the ends that are still free, and whatever a
 * round compares has an address or an identity that one end asks for and the other has.  Ends that
 * nobody is left for may share the counterpart of others: one that takes many, such as a hub's with
 * any peer, or one that takes this one as well, which is what a copied configuration comes to.
 */

struct node {
	struct network_end end;
	const struct tunnel *tunnel;
	uint32_t partner;
	bool is_shared; /* its partner is another one's */
};

/* Nodes by a hash, those of one chain in their order. */
struct table {
	uint32_t *heads;
	uint32_t *nexts;
	size_t mask;
};

struct matching {
	struct network *network;
	struct node *nodes;
	uint32_t count;
	uint64_t *hashes;
	uint32_t free; /* how many have no partner */
	struct table table;
};

/* ---- tables ---- */

static bool table_allocate(struct matching *matching, size_t count)
{
	size_t size = 16;

	while (size < count)
		size *= 2;
	matching->table.mask = size - 1;
	matching->table.heads = malloc(size * sizeof(uint32_t));
	matching->table.nexts = malloc((count + 1) * sizeof(uint32_t));
	matching->hashes = malloc((count + 1) * sizeof(uint64_t));
	return matching->table.heads && matching->table.nexts && matching->hashes;
}

/* Which nodes a table is of. */
typedef bool node_filter(const struct node *node);

static bool is_free(const struct node *node)
{
	return node->partner == NETWORK_NONE;
}

static bool is_any(const struct node *node)
{
	(void)node;
	return true;
}

/* Takes whoever comes. */
static bool takes_many(const struct node *node)
{
	return node->tunnel->enabled && !node->tunnel->peer.set &&
	       identity_is_pattern(&node->tunnel->remote_id);
}

/* The nodes that FILTER lets through, by what they have of BITS.  How many that are. */
static size_t table_fill(struct matching *matching, unsigned bits, node_filter *filter)
{
	struct table *table = &matching->table;
	size_t filled = 0;

	memset(table->heads, 0xff, (table->mask + 1) * sizeof(uint32_t));
	for (uint32_t i = matching->count; i-- > 0;) {
		size_t slot;

		if (!filter(&matching->nodes[i]) ||
		    !counterpart_hash(matching->nodes[i].tunnel, bits, false, &matching->hashes[i]))
			continue;
		slot = (size_t)(matching->hashes[i] ^ matching->hashes[i] >> 29) & table->mask;
		table->nexts[i] = table->heads[slot];
		table->heads[slot] = i;
		filled++;
	}
	return filled;
}

static uint32_t *table_chain(const struct matching *matching, uint64_t hash)
{
	return &matching->table.heads[(hash ^ hash >> 29) & matching->table.mask];
}

/* ---- rounds ---- */

static int score_of(struct matching *matching, const struct node *a, const struct node *b)
{
	/* as of the one whose file comes first, so that who asks makes no difference */
	bool is_turned = a > b;

	return counterpart_score(is_turned ? b->tunnel : a->tunnel,
				 is_turned ? a->tunnel : b->tunnel, matching->network->scratch);
}

static bool are_apart(const struct node *a, const struct node *b)
{
	return a->end.site != b->end.site;
}

static bool meets(struct matching *matching, const struct node *a, const struct node *b,
		  enum counterpart_demand demand)
{
	return counterpart_meets(a->tunnel, b->tunnel, demand, matching->network->scratch);
}

/* The best free one in the chain of HASH, of a few; those that are taken leave the chain. */
static uint32_t find_free(struct matching *matching, const struct node *node, uint64_t hash,
			  enum counterpart_demand demand)
{
	uint32_t *at = table_chain(matching, hash), best = NETWORK_NONE;
	int best_score = 0;

	for (unsigned looked = 0; *at != NETWORK_NONE && looked < COUNTERPART_COMPARED;) {
		struct node *other = &matching->nodes[*at];
		int score;

		if (other->partner != NETWORK_NONE) {
			*at = matching->table.nexts[*at];
			continue;
		}
		looked++;
		if (matching->hashes[*at] == hash && are_apart(node, other)) {
			score = score_of(matching, node, other);
			if (score > best_score && meets(matching, node, other, demand)) {
				best_score = score;
				best = *at;
			}
		}
		at = &matching->table.nexts[*at];
	}
	return best;
}

/* Matches what is free by BITS. */
static void match_round(struct matching *matching, unsigned bits, enum counterpart_demand demand)
{
	size_t left = table_fill(matching, bits, is_free);
	uint64_t hash;

	for (uint32_t i = 0; left && i < matching->count; i++) {
		struct node *node = &matching->nodes[i];
		uint32_t found;

		if (!is_free(node) || !counterpart_hash(node->tunnel, bits, true, &hash))
			continue;
		found = find_free(matching, node, hash, demand);
		if (found == NETWORK_NONE)
			continue;
		node->partner = found;
		matching->nodes[found].partner = i;
		matching->free -= 2;
	}
}

/* ---- sharing ---- */

/* NODE waits for OTHER, which has its tunnel with NODE's gateway already. */
static bool is_alternate(const struct matching *matching, const struct node *node,
			 const struct node *other)
{
	return !node->tunnel->initiator && other->partner != NETWORK_NONE &&
	       !are_apart(&matching->nodes[other->partner], node);
}

/*
 * The best one in the chain of HASH, of a few: one that meets DEMAND, or, where that is nothing,
 * one that NODE fits, or that takes many.
 */
static uint32_t find_shared(struct matching *matching, const struct node *node, uint64_t hash,
			    enum counterpart_demand demand)
{
	uint32_t best = NETWORK_NONE;
	int best_score = 0;
	unsigned looked = 0;

	for (uint32_t at = *table_chain(matching, hash);
	     at != NETWORK_NONE && looked < COUNTERPART_COMPARED; at = matching->table.nexts[at]) {
		const struct node *other = &matching->nodes[at];
		bool is_fit;
		int score;

		looked++;
		if (matching->hashes[at] != hash || !are_apart(node, other) ||
		    is_alternate(matching, node, other))
			continue;
		is_fit = meets(matching, node, other, demand ? demand : DEMAND_FIT);
		if (!is_fit && (demand || !node->tunnel->peer.set || !takes_many(other)))
			continue;
		score = score_of(matching, node, other) + (is_fit ? 64 : 32);
		if (score > best_score) {
			best_score = score;
			best = at;
		}
	}
	return best;
}

static void share_round(struct matching *matching, unsigned bits, node_filter *filter,
			enum counterpart_demand demand)
{
	uint64_t hash;

	if (!table_fill(matching, bits, filter))
		return;
	for (uint32_t i = 0; i < matching->count; i++) {
		struct node *node = &matching->nodes[i];

		if (!is_free(node) || !node->tunnel->enabled ||
		    !counterpart_hash(node->tunnel, bits, true, &hash))
			continue;
		node->partner = find_shared(matching, node, hash, demand);
		node->is_shared = node->partner != NETWORK_NONE;
		matching->free -= node->is_shared;
	}
}

static void share_all(struct matching *matching, enum counterpart_demand demand)
{
	static const struct {
		unsigned bits;
		node_filter *filter;
	} rounds[] = {
	    {OWN_ADDRESS | PEER_ID, is_any},
	    {OWN_ID | PEER_ID, is_any},
	    {PEER_ADDRESS | OWN_ID, is_any},
	    {OWN_ADDRESS | OWN_ID, takes_many},
	    {OWN_ID, takes_many},
	    {OWN_ADDRESS, takes_many},
	};

	for (size_t i = 0; matching->free && i < sizeof(rounds) / sizeof(rounds[0]); i++)
		share_round(matching, rounds[i].bits, rounds[i].filter, demand);
}

/* ---- those that nobody is found for ---- */

/* The site of the first one in the chain of HASH that is another one's. */
static uint32_t find_near(const struct matching *matching, const struct node *node, uint64_t hash)
{
	unsigned looked = 0;

	for (uint32_t at = *table_chain(matching, hash);
	     at != NETWORK_NONE && looked < COUNTERPART_COMPARED; at = matching->table.nexts[at]) {
		looked++;
		if (matching->hashes[at] == hash && are_apart(node, &matching->nodes[at]))
			return matching->nodes[at].end.site;
	}
	return NETWORK_NONE;
}

/* The sites that those ask for whom nobody is found for, into NEAR. */
static void find_sites(struct matching *matching, uint32_t *near)
{
	static const unsigned rounds[] = {OWN_ADDRESS, OWN_ID};
	uint64_t hash;

	memset(near, 0xff, matching->count * sizeof(*near));
	for (size_t round = 0; matching->free && round < sizeof(rounds) / sizeof(rounds[0]);
	     round++) {
		table_fill(matching, rounds[round], is_any);
		for (uint32_t i = 0; i < matching->count; i++) {
			const struct node *node = &matching->nodes[i];

			if (is_free(node) && near[i] == NETWORK_NONE &&
			    counterpart_hash(node->tunnel, rounds[round], true, &hash))
				near[i] = find_near(matching, node, hash);
		}
	}
}

/* ---- all ---- */

static void add_nodes(struct matching *matching)
{
	for (uint32_t i = 0; i < matching->network->site_count; i++) {
		const struct model *model = &matching->network->sites[i]->model;

		for (uint32_t j = 0; j < model->count; j++)
			matching->nodes[matching->count++] = (struct node){
			    .end = {i, j}, .tunnel = model->tunnels[j], .partner = NETWORK_NONE};
	}
}

static uint64_t order_of(const struct network_end *end)
{
	return (uint64_t)end->site << 32 | end->tunnel;
}

static int compare_links(const void *a, const void *b)
{
	const struct link *first = a, *second = b;

	for (int side = 0; side < SIDES; side++) {
		uint64_t one = order_of(&first->ends[side]), other = order_of(&second->ends[side]);

		if (one != other)
			return one < other ? -1 : 1;
	}
	return 0;
}

static void add_link(struct network *network, const struct node *node, const struct node *other)
{
	struct link *link = &network->links[network->link_count++];
	bool is_first = node < other;

	*link = (struct link){
	    .ends = {is_first ? node->end : other->end, is_first ? other->end : node->end}};
}

static bool make_links(struct matching *matching)
{
	struct network *network = matching->network;
	uint32_t *near = malloc((matching->count + (size_t)1) * sizeof(*near));

	if (!near)
		return false;
	find_sites(matching, near);
	for (uint32_t i = 0; i < matching->count; i++) {
		const struct node *node = &matching->nodes[i];

		if (is_free(node))
			network->links[network->link_count++] =
			    (struct link){.ends = {node->end, {near[i], NETWORK_NONE}}};
		else if (node->is_shared || i < node->partner)
			add_link(network, node, &matching->nodes[node->partner]);
	}
	free(near);
	qsort(network->links, network->link_count, sizeof(struct link), compare_links);
	return true;
}

static void match_pass(struct matching *matching, const struct counterpart_pass *pass)
{
	for (size_t i = 0; matching->free && i < COUNTERPART_ROUNDS; i++) {
		if (counterpart_takes_round(pass, counterpart_rounds[i]))
			match_round(matching, counterpart_rounds[i], pass->demand);
		arena_reset(matching->network->scratch);
	}
	if (matching->free && !pass->of_both)
		share_all(matching, pass->demand);
}

static bool match_all(struct matching *matching)
{
	add_nodes(matching);
	matching->free = matching->count;
	for (size_t i = 0; i < COUNTERPART_PASSES; i++)
		match_pass(matching, &counterpart_passes[i]);
	return make_links(matching);
}

bool matching_find(struct network *network)
{
	struct matching matching = {
	    .network = network, .nodes = malloc((network->end_count + 1) * sizeof(struct node))};
	bool is_well;

	network->links = malloc((network->end_count + 1) * sizeof(struct link));
	is_well = network->links && matching.nodes &&
		  table_allocate(&matching, network->end_count) && match_all(&matching);
	free(matching.nodes);
	free(matching.hashes);
	free(matching.table.heads);
	free(matching.table.nexts);
	return is_well;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/compare/counterpart.h"

#include "compiler/compare/accept.h"
#include "compiler/compare/exchange.h"

#include <stdint.h>
#include <stdlib.h>

/*
 * Ends are brought together in rounds, from what tells the most to what tells the least: addresses
 * and identities and subnets of both, then fewer of them.  In each round the tunnels of B that are
 * still free are found by the hash of what they say of themselves and expect of the other, which is
 * that of what A's tunnel expects and says; among those that are equal so far the best is taken, of
 * a few.
 *
 * All rounds are gone through several times.  First come two ends that would come up by who they
 * are and what they prove it with: a stranger's tunnel, or a dormant one, may be more alike.  Then
 * those that each mean the other by some word, then those that would take each other, and then
 * whatever is left.
 */

const struct counterpart_pass counterpart_passes[COUNTERPART_PASSES] = {
    {DEMAND_PROOF, false}, {DEMAND_LIVING, true}, {DEMAND_FIT, false}, {DEMAND_NOTHING, false}};

const unsigned counterpart_rounds[COUNTERPART_ROUNDS] = {
    OWN_ADDRESS | PEER_ADDRESS | OWN_ID | PEER_ID | SUBNETS,
    OWN_ADDRESS | PEER_ADDRESS | OWN_ID | PEER_ID,
    OWN_ID | PEER_ID,
    OWN_ADDRESS | PEER_ADDRESS | SUBNETS,
    OWN_ADDRESS | OWN_ID,
    PEER_ADDRESS | PEER_ID,
    OWN_ADDRESS | PEER_ID,
    PEER_ADDRESS | OWN_ID,
    OWN_ADDRESS | PEER_ADDRESS | OWN_SUBNET,
    OWN_ADDRESS | PEER_ADDRESS | PEER_SUBNET,
    OWN_ADDRESS | PEER_ADDRESS,
    OWN_ADDRESS | SUBNETS,
    PEER_ADDRESS | SUBNETS,
    OWN_ID,
    PEER_ID,
    OWN_ADDRESS,
    PEER_ADDRESS,
};

struct slot {
	uint64_t hash;
	size_t index;
};

struct matching {
	const struct model *a, *b;
	struct arena *arena;
	size_t *of_a;	    /* the result */
	char *taken;	    /* of each tunnel of B */
	struct slot *slots; /* the free ones of B, sorted */
	size_t count;
};

/* ---- keys ---- */

static bool has_id(const struct identity *identity)
{
	return identity->type > IDENTITY_SUBJECT && !identity_is_pattern(identity);
}

static uint64_t hash_subnet(uint64_t hash, const struct subnet *subnet)
{
	return gateway_hash_number(
	    hash, subnet->set ? (uint64_t)subnet->address << 8 | subnet->length : UINT64_MAX);
}

/* The parts of a tunnel that are hashed, in the order of the bits; those of A are turned round. */
struct view {
	struct address own, peer;
	const struct identity *own_id, *peer_id;
	const struct subnet *own_net, *peer_net;
};

static struct view view_of(const struct tunnel *tunnel, bool turned)
{
	struct view view = {tunnel->local_address, tunnel->peer,	  &tunnel->local_id,
			    &tunnel->remote_id,	   &tunnel->local_subnet, &tunnel->remote_subnet};

	if (turned)
		view = (struct view){view.peer,	  view.own,	 view.peer_id,
				     view.own_id, view.peer_net, view.own_net};
	return view;
}

bool counterpart_hash(const struct tunnel *tunnel, unsigned bits, bool turned, uint64_t *hash)
{
	struct view view = view_of(tunnel, turned);

	*hash = bits;
	if (((bits & OWN_ADDRESS) && !view.own.set) || ((bits & PEER_ADDRESS) && !view.peer.set) ||
	    ((bits & OWN_ID) && !has_id(view.own_id)) ||
	    ((bits & PEER_ID) && !has_id(view.peer_id)))
		return false;
	if (bits & OWN_ADDRESS)
		*hash = gateway_hash_number(*hash, view.own.ip);
	if (bits & PEER_ADDRESS)
		*hash = gateway_hash_number(*hash, view.peer.ip);
	if (bits & OWN_ID)
		*hash = gateway_hash_bytes(*hash, view.own_id->key);
	if (bits & PEER_ID)
		*hash = gateway_hash_bytes(*hash, view.peer_id->key);
	if (bits & OWN_SUBNET)
		*hash = hash_subnet(*hash, view.own_net);
	if (bits & PEER_SUBNET)
		*hash = hash_subnet(*hash, view.peer_net);
	return true;
}

/* ---- scores ---- */

static int score_address(const struct address *asked, const struct address *own)
{
	if (!asked->set || !own->set)
		return 0;
	return asked->ip == own->ip ? 8 : -4;
}

static int score_identity(const struct identity *shown, const struct identity *wanted,
			  struct arena *arena)
{
	switch (identity_acceptance(shown, wanted, arena)) {
	case ACCEPT_EXACTLY:
		return 6;
	case ACCEPT_PATTERN:
		return 4;
	case ACCEPT_ANY:
		return 1;
	default:
		return -3;
	}
}

static int score_subnet(struct subnet own, struct subnet other)
{
	struct subnet common;

	if (subnet_equal(own, other))
		return 3;
	return subnet_intersect(own, other, &common) ? 1 : 0;
}

int counterpart_score(const struct tunnel *a, const struct tunnel *b, struct arena *arena)
{
	int score =
	    score_address(&a->peer, &b->local_address) + score_address(&b->peer, &a->local_address);

	score += score_identity(&a->local_id, &b->remote_id, arena);
	score += score_identity(&b->local_id, &a->remote_id, arena);
	score += score_subnet(tunnel_local(a), tunnel_remote(b, a->local_address.ip));
	score += score_subnet(tunnel_remote(a, b->local_address.ip), tunnel_local(b));
	score += 2 * (a->version == b->version) + (a->method == b->method);
	score += a->enabled == b->enabled;
	return score;
}

/* ---- demands ---- */

bool counterpart_takes_round(const struct counterpart_pass *pass, unsigned bits)
{
	return !pass->of_both ||
	       ((bits & (OWN_ADDRESS | OWN_ID)) && (bits & (PEER_ADDRESS | PEER_ID)));
}

static bool takes_identity(const struct identity *shown, const struct identity *wanted,
			   struct arena *arena)
{
	return shown->type <= IDENTITY_SUBJECT || wanted->type == IDENTITY_NONE ||
	       wanted->type == IDENTITY_SUBJECT ||
	       identity_acceptance(shown, wanted, arena) != ACCEPT_NOT;
}

static bool takes_address(const struct tunnel *asker, const struct tunnel *asked)
{
	return !asker->peer.set || asker->peer.ip == asked->local_address.ip ||
	       address_is_forwarded(asker->peer.ip, asked->local_address.ip);
}

static bool are_fit(const struct tunnel *a, const struct tunnel *b, struct arena *arena)
{
	return (a->peer.set || b->peer.set) && takes_address(a, b) && takes_address(b, a) &&
	       takes_identity(&a->local_id, &b->remote_id, arena) &&
	       takes_identity(&b->local_id, &a->remote_id, arena);
}

/* A placeholder may stand for any secret. */
static bool prove_alike(const struct tunnel *a, const struct tunnel *b)
{
	if (a->method != b->method || a->method != METHOD_PSK)
		return a->method == b->method;
	return a->secret.mask == SECRET_MASKED || b->secret.mask == SECRET_MASKED ||
	       (a->secret.bytes.length && slice_compare(a->secret.bytes, b->secret.bytes) == 0);
}

bool counterpart_meets(const struct tunnel *a, const struct tunnel *b,
		       enum counterpart_demand demand, struct arena *arena)
{
	return (demand < DEMAND_LIVING || (a->enabled && b->enabled)) &&
	       (demand < DEMAND_PROOF || prove_alike(a, b)) &&
	       (demand < DEMAND_FIT || are_fit(a, b, arena));
}

/* ---- rounds ---- */

static int compare_slots(const void *a, const void *b)
{
	const struct slot *first = a, *second = b;

	if (first->hash != second->hash)
		return first->hash < second->hash ? -1 : 1;
	return first->index < second->index ? -1 : first->index > second->index;
}

static void fill_slots(struct matching *matching, unsigned bits)
{
	matching->count = 0;
	for (size_t i = 0; i < matching->b->count; i++) {
		struct slot *slot = &matching->slots[matching->count];

		slot->index = i;
		if (!matching->taken[i] &&
		    counterpart_hash(matching->b->tunnels[i], bits, false, &slot->hash))
			matching->count++;
	}
	qsort(matching->slots, matching->count, sizeof(struct slot), compare_slots);
}

static size_t first_slot(const struct matching *matching, uint64_t hash)
{
	size_t low = 0, high = matching->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (matching->slots[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * The best of those with HASH that are free; what is taken at their front is passed by for good, so
 * that equal tunnels are not gone through again and again.
 */
static size_t best_slot(struct matching *matching, const struct tunnel *tunnel, uint64_t hash,
			enum counterpart_demand demand)
{
	size_t at = first_slot(matching, hash), best = COUNTERPART_NONE, compared = 0;
	int best_score = 0;

	for (; at < matching->count && matching->slots[at].hash == hash; at++) {
		size_t index = matching->slots[at].index;
		const struct tunnel *other = matching->b->tunnels[index];
		int score;

		if (matching->taken[index])
			continue;
		score = counterpart_score(tunnel, other, matching->arena);
		if (score > best_score &&
		    counterpart_meets(tunnel, other, demand, matching->arena)) {
			best_score = score;
			best = index;
		}
		if (++compared == COUNTERPART_COMPARED)
			break;
	}
	return best;
}

static void match_round(struct matching *matching, unsigned bits, enum counterpart_demand demand)
{
	uint64_t hash;

	fill_slots(matching, bits);
	for (size_t i = 0; matching->count && i < matching->a->count; i++) {
		size_t found;

		if (matching->of_a[i] != COUNTERPART_NONE ||
		    !counterpart_hash(matching->a->tunnels[i], bits, true, &hash))
			continue;
		found = best_slot(matching, matching->a->tunnels[i], hash, demand);
		if (found == COUNTERPART_NONE)
			continue;
		matching->of_a[i] = found;
		matching->taken[found] = 1;
	}
}

static void match_pass(struct matching *matching, const struct counterpart_pass *pass)
{
	for (size_t i = 0; i < COUNTERPART_ROUNDS; i++) {
		if (counterpart_takes_round(pass, counterpart_rounds[i]))
			match_round(matching, counterpart_rounds[i], pass->demand);
	}
}

size_t *counterparts_find(const struct model *a, const struct model *b, struct arena *arena)
{
	struct matching matching = {
	    .a = a,
	    .b = b,
	    .arena = arena,
	    .of_a = arena_alloc(arena, a->count * sizeof(size_t) + 1),
	    .taken = arena_alloc(arena, b->count + 1),
	    .slots = arena_alloc(arena, b->count * sizeof(struct slot) + sizeof(struct slot)),
	};

	if (arena_failed(arena))
		return NULL;
	for (size_t i = 0; i < a->count; i++)
		matching.of_a[i] = COUNTERPART_NONE;
	for (size_t i = 0; i < COUNTERPART_PASSES; i++)
		match_pass(&matching, &counterpart_passes[i]);
	return matching.of_a;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/compare/gateway.h"

#include "compiler/compare/accept.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* A step of MurmurHash3's finaliser for each word. */
uint64_t gateway_hash_number(uint64_t hash, uint64_t number)
{
	hash = (hash ^ number) * UINT64_C(0xff51afd7ed558ccd);
	return hash ^ hash >> 32;
}

/* Up to eight bytes as a number; entries are sorted by it: in one order, whatever that of bytes. */
static uint64_t word_at(const char *at, size_t length)
{
	uint64_t word = 0;

	memcpy(&word, at, length);
	return le64toh(word);
}

uint64_t gateway_hash_bytes(uint64_t hash, struct slice bytes)
{
	const size_t step = sizeof(uint64_t);

	hash = gateway_hash_number(hash, bytes.length);
	for (; bytes.length >= step; bytes.at += step, bytes.length -= step)
		hash = gateway_hash_number(hash, word_at(bytes.at, step));
	return bytes.length ? gateway_hash_number(hash, word_at(bytes.at, bytes.length)) : hash;
}

static uint64_t addresses_hash(int version, uint32_t local, struct address peer)
{
	uint64_t hash = gateway_hash_number((uint64_t)version + 1, local);

	return gateway_hash_number(hash, peer.set ? (uint64_t)peer.ip + 1 : 0);
}

static uint64_t address_hash(uint32_t local)
{
	return gateway_hash_number(UINT64_C(0x9e3779b97f4a7c15), local);
}

static uint64_t identity_hash(const struct identity *identity)
{
	return gateway_hash_bytes(UINT64_C(0x9e3779b97f4a7c15), identity->key);
}

/* Entries are made in the order of the text, and their addresses tell it. */
static int compare_entries(const void *a, const void *b)
{
	const struct gateway_entry *first = a, *second = b;

	if (first->hash != second->hash)
		return first->hash < second->hash ? -1 : 1;
	if (first->tunnel == second->tunnel)
		return 0;
	return first->tunnel->header.from < second->tunnel->header.from ? -1 : 1;
}

static void index_tunnel(struct gateway *gateway, const struct tunnel *tunnel)
{
	size_t at = gateway->enabled++;

	gateway->secrets += tunnel->method == METHOD_PSK;
	gateway->by_addresses[at] = (struct gateway_entry){
	    addresses_hash(tunnel->version, tunnel->local_address.ip, tunnel->peer), tunnel};
	gateway->by_address[at] =
	    (struct gateway_entry){address_hash(tunnel->local_address.ip), tunnel};
	gateway->by_remote_id[at] =
	    (struct gateway_entry){identity_hash(&tunnel->remote_id), tunnel};
	if (identity_is_pattern(&tunnel->remote_id))
		gateway->patterns[gateway->pattern_count++] = tunnel;
}

/* True if another tunnel with a secret expects the same identity as TUNNEL. */
static bool has_another(const struct gateway *gateway, const struct tunnel *tunnel)
{
	struct gateway_walk walk = gateway_by_remote_id(gateway, &tunnel->remote_id);
	bool is_there = false;

	for (const struct tunnel *at; !is_there && (at = gateway_next(&walk));)
		is_there = at != tunnel && at->method == METHOD_PSK &&
			   slice_compare(at->remote_id.key, tunnel->remote_id.key) == 0;
	return is_there;
}

static bool shares(const struct gateway *gateway, const struct tunnel *tunnel)
{
	return tunnel->method == METHOD_PSK && has_another(gateway, tunnel);
}

/* What tells apart those that expect one identity is the identity that they show. */
static void index_shared(struct gateway *gateway, struct arena *arena)
{
	size_t count = 0;

	for (size_t i = 0; i < gateway->enabled; i++)
		count += shares(gateway, gateway->by_remote_id[i].tunnel);
	if (!count)
		return;
	gateway->by_shared_local_id =
	    arena_alloc(arena, count * sizeof(*gateway->by_shared_local_id));
	if (!gateway->by_shared_local_id)
		return;
	for (size_t i = 0; i < gateway->enabled; i++) {
		const struct tunnel *tunnel = gateway->by_remote_id[i].tunnel;

		if (shares(gateway, tunnel))
			gateway->by_shared_local_id[gateway->shared++] =
			    (struct gateway_entry){identity_hash(&tunnel->local_id), tunnel};
	}
	qsort(gateway->by_shared_local_id, gateway->shared, sizeof(struct gateway_entry),
	      compare_entries);
}

static size_t count_patterns(const struct model *model)
{
	size_t count = 0;

	for (size_t i = 0; i < model->count; i++)
		count += identity_is_pattern(&model->tunnels[i]->remote_id);
	return count;
}

bool gateway_init(struct gateway *gateway, const struct model *model, struct arena *arena,
		  struct proposal_lists *lists)
{
	size_t size = model->count * sizeof(struct gateway_entry);

	*gateway = (struct gateway){.model = model, .arena = arena, .lists = lists};
	gateway->by_addresses = arena_alloc(arena, size + 1);
	gateway->by_address = arena_alloc(arena, size + 1);
	gateway->by_remote_id = arena_alloc(arena, size + 1);
	gateway->patterns = arena_alloc(arena, count_patterns(model) * sizeof(void *) + 1);
	if (arena_failed(arena))
		return false;
	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled)
			index_tunnel(gateway, model->tunnels[i]);
	}
	qsort(gateway->by_addresses, gateway->enabled, sizeof(struct gateway_entry),
	      compare_entries);
	qsort(gateway->by_address, gateway->enabled, sizeof(struct gateway_entry), compare_entries);
	qsort(gateway->by_remote_id, gateway->enabled, sizeof(struct gateway_entry),
	      compare_entries);
	index_shared(gateway, arena);
	return !arena_failed(arena);
}

static struct gateway_walk walk_from(const struct gateway_entry *list, size_t count, uint64_t hash)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct gateway_walk){list, low, count, hash};
}

struct gateway_walk gateway_by_addresses(const struct gateway *gateway, int version, uint32_t local,
					 struct address peer)
{
	return walk_from(gateway->by_addresses, gateway->enabled,
			 addresses_hash(version, local, peer));
}

struct gateway_walk gateway_by_address(const struct gateway *gateway, uint32_t local)
{
	return walk_from(gateway->by_address, gateway->enabled, address_hash(local));
}

struct gateway_walk gateway_by_remote_id(const struct gateway *gateway,
					 const struct identity *identity)
{
	return walk_from(gateway->by_remote_id, gateway->enabled, identity_hash(identity));
}

struct gateway_walk gateway_by_shared_local_id(const struct gateway *gateway,
					       const struct identity *identity)
{
	if (!gateway->shared)
		return (struct gateway_walk){.count = 0};
	return walk_from(gateway->by_shared_local_id, gateway->shared, identity_hash(identity));
}

bool gateway_shares_remote_id(const struct gateway *gateway, const struct tunnel *tunnel)
{
	/* of two that share it each is counted */
	if (!gateway->shared && tunnel->method == METHOD_PSK)
		return false;
	return has_another(gateway, tunnel);
}

const struct tunnel *gateway_next(struct gateway_walk *walk)
{
	if (walk->at >= walk->count || walk->list[walk->at].hash != walk->hash)
		return NULL;
	return walk->list[walk->at++].tunnel;
}

const struct proposals *end_proposals(const struct end *end, enum proposal_use use,
				      struct proposals *room)
{
	return proposals_of(end->tunnel, use, end->gateway->automatic, end->gateway->lists,
			    end->gateway->arena, room);
}

/* SPDX-License-Identifier: ISC */
#include "compiler/rules/grouping.h"

#include <string.h>

/*
 * Open addressing over a table of indexes that is never more than half full.  No key is kept: it is
 * computed again, from the group's first tunnel, for the few comparisons that follow equal hashes,
 * which costs less than the memory of 60,000 of them.
 */
struct entry {
	uint64_t hash;
	struct group group;
};

struct grouping {
	group_key_of *key_of;
	struct entry *entries;
	uint32_t *slots; /* an index into entries, plus 1; 0 is free */
	size_t mask;
	uint32_t used;
};

/* In one piece, so that an arena that is emptied keeps it whole for the next one. */
struct grouping *grouping_new(struct arena *arena, size_t most, group_key_of *key_of)
{
	struct grouping *grouping;
	size_t size = 4;

	while (size / 2 < most)
		size *= 2;
	grouping = arena_alloc(arena, sizeof(*grouping) + most * sizeof(*grouping->entries) +
					  size * sizeof(*grouping->slots));
	if (!grouping)
		return NULL;
	grouping->key_of = key_of;
	grouping->mask = size - 1;
	grouping->entries = (struct entry *)(grouping + 1);
	grouping->slots = (uint32_t *)(grouping->entries + most);
	return grouping;
}

/* A step of MurmurHash3's finaliser for each word: all bits must reach the low ones, the slot. */
static uint64_t hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
	return hash ^ hash >> 32;
}

static uint64_t hash_bytes(uint64_t hash, struct slice bytes)
{
	uint64_t word;

	hash = hash_word(hash, bytes.length);
	for (; bytes.length >= sizeof(word); bytes.length -= sizeof(word)) {
		memcpy(&word, bytes.at, sizeof(word));
		hash = hash_word(hash, word);
		bytes.at += sizeof(word);
	}
	word = 0;
	if (bytes.length)
		memcpy(&word, bytes.at, bytes.length);
	return hash_word(hash, word);
}

static uint64_t key_hash(const struct group_key *key)
{
	uint64_t hash = UINT64_C(0x9e3779b97f4a7c15);

	hash = hash_word(hash, key->number[0]);
	hash = hash_word(hash, key->number[1]);
	hash = hash_bytes(hash, key->bytes[0]);
	return hash_bytes(hash, key->bytes[1]);
}

static bool key_equal(const struct group_key *a, const struct group_key *b)
{
	return a->number[0] == b->number[0] && a->number[1] == b->number[1] &&
	       slice_compare(a->bytes[0], b->bytes[0]) == 0 &&
	       slice_compare(a->bytes[1], b->bytes[1]) == 0;
}

static bool entry_has(const struct grouping *grouping, const struct entry *entry, uint64_t hash,
		      const struct group_key *key)
{
	struct group_key first;

	if (entry->hash != hash)
		return false;
	first = grouping->key_of(entry->group.first);
	return key_equal(&first, key);
}

struct group *grouping_find(struct grouping *grouping, const struct tunnel *tunnel)
{
	struct group_key key = grouping->key_of(tunnel);
	uint64_t hash = key_hash(&key);
	size_t slot = (size_t)hash & grouping->mask;
	struct entry *entry;

	for (; grouping->slots[slot]; slot = (slot + 1) & grouping->mask) {
		entry = &grouping->entries[grouping->slots[slot] - 1];
		if (entry_has(grouping, entry, hash, &key))
			return &entry->group;
	}
	entry = &grouping->entries[grouping->used++];
	entry->hash = hash;
	entry->group.first = tunnel;
	grouping->slots[slot] = grouping->used;
	return &entry->group;
}

/* SPDX-License-Identifier: ISC */
/*
 * The certificates and CRLs of a file's device, in facts: the file has the digests of what it
 * needs, which are lines of their own, since many devices have the same.
 */
#include "compiler/fleet/facts_parts.h"

#include <stdlib.h>
#include <string.h>

/* What is behind a digest. */
struct facts_der {
	struct facts_der *next; /* in its bucket */
	const char *name;
	struct slice der;
};

static struct facts_der **bucket_of(struct facts *facts, struct slice name)
{
	return &facts->ders[gateway_hash_bytes(0, name) % FACTS_DERS];
}

static struct facts_der *find(struct facts *facts, struct slice name)
{
	struct facts_der *at = *bucket_of(facts, name);

	while (at && !slice_is(name, at->name))
		at = at->next;
	return at;
}

enum facts_flaw facts_read_der(struct reading *reading, const json_t *json, const char *name)
{
	struct facts_der **bucket = bucket_of(reading->facts, (struct slice){name, strlen(name)});
	struct facts_der *one = arena_alloc(reading->arena, sizeof(*one));

	if (!one)
		return FACTS_NO_MEMORY;
	one->name = name;
	one->der = facts_bytes(reading, json, "der");
	one->next = *bucket;
	*bucket = one;
	return reading->is_wrong ? FACTS_FOREIGN : FACTS_WELL;
}

/* One of the list, whose bytes are the digest until all lines are there. */
static struct pki_kept *read_kept(struct reading *reading, const json_t *json)
{
	struct pki_kept *kept = arena_alloc(reading->arena, sizeof(*kept));
	struct slice path = facts_bytes_of(reading, json_array_get(json, 0));

	if (!kept || !path.length) {
		reading->is_wrong = true;
		return NULL;
	}
	kept->path = arena_copy(reading->arena, path.at, path.length);
	kept->der = facts_bytes_of(reading, json_array_get(json, 1));
	reading->is_wrong = reading->is_wrong || !kept->path || strlen(kept->path) != path.length;
	return kept;
}

void facts_read_pki(struct reading *reading, const json_t *json, struct site *site)
{
	const json_t *list = json_object_get(json, "pki"), *one;
	struct pki_kept **last = &site->kept;
	size_t i;

	site->has_pki = list != NULL;
	reading->is_wrong = reading->is_wrong || (list && !json_is_array(list));
	json_array_foreach(list, i, one)
	{
		*last = read_kept(reading, one);
		if (!*last)
			return;
		last = &(*last)->next;
	}
}

enum facts_flaw facts_join_pki(struct facts *facts, struct site *site)
{
	for (struct pki_kept *at = site->kept; at; at = at->next) {
		const struct facts_der *found = find(facts, at->der);

		if (!found)
			return FACTS_CUT;
		at->der = found->der;
	}
	return FACTS_WELL;
}

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GROUPING_H
#define WEIPSEC_GROUPING_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Groups of tunnels with equal keys, for the rules across tunnels: one hash lookup a tunnel,
 * however many of them are alike.
 */

/* Two keys are equal when all of it is equal. */
struct group_key {
	uint64_t number[2];
	struct slice bytes[2];
};

typedef struct group_key group_key_of(const struct tunnel *tunnel);

/*
 * The earliest tunnel of a group, and the earliest one that is not like it, in whatever way the
 * rule tells them apart: that one is the caller's to set.
 */
struct group {
	const struct tunnel *first;
	const struct tunnel *other;
	size_t number; /* the caller's too */
};

struct grouping;

/* Room for MOST tunnels, grouped by KEY_OF.  From ARENA; NULL without memory. */
struct grouping *grouping_new(struct arena *arena, size_t most, group_key_of *key_of);
/*
 * The group of TUNNEL, which is its first if there was none with this key.  At most MOST calls, and
 * the group's address holds until the next one.
 */
struct group *grouping_find(struct grouping *grouping, const struct tunnel *tunnel);

#endif

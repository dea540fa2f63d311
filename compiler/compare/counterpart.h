/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COUNTERPART_H
#define WEIPSEC_COUNTERPART_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

#include <stddef.h>

/*
 * Which tunnel of B answers each of A: for tunnel I of A its index in B, or COUNTERPART_NONE, in an
 * array from ARENA; NULL without memory.  Each tunnel is in one pair at most, and what is equal is
 * found by hash.
 */
#define COUNTERPART_NONE ((size_t)-1)

size_t *counterparts_find(const struct model *a, const struct model *b, struct arena *arena);
/* How well two tunnels fit as the two ends of one; below zero: not at all. */
int counterpart_score(const struct tunnel *a, const struct tunnel *b, struct arena *arena);

#endif

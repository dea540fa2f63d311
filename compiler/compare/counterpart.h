/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COUNTERPART_H
#define WEIPSEC_COUNTERPART_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which tunnel of B answers each of A: for tunnel I of A its index in B, or COUNTERPART_NONE, in an
 * array from ARENA; NULL without memory.  Each tunnel is in one pair at most, and what is equal is
 * found by hash.
 */
#define COUNTERPART_NONE ((size_t)-1)

size_t *counterparts_find(const struct model *a, const struct model *b, struct arena *arena);

/* What is compared of two tunnels, bits. */
enum counterpart_bits {
	OWN_ADDRESS = 1,  /* local-address of B, peer of A */
	PEER_ADDRESS = 2, /* peer of B, local-address of A */
	OWN_ID = 4,
	PEER_ID = 8,
	OWN_SUBNET = 16,  /* local-subnet of B, remote-subnet of A */
	PEER_SUBNET = 32,
	SUBNETS = OWN_SUBNET | PEER_SUBNET
};

/* What to compare, round after round, from what tells the most to what tells the least. */
#define COUNTERPART_ROUNDS 17
extern const unsigned counterpart_rounds[COUNTERPART_ROUNDS];

/* What is asked of two ends before they are brought together, each the more. */
enum counterpart_demand {
	DEMAND_NOTHING,
	DEMAND_LIVING, /* both are enabled */
	DEMAND_FIT,    /* each is who the other wants, and one of them can start */
	DEMAND_PROOF   /* they prove themselves alike: with one secret, or with certificates */
};

/* The passes over all rounds, in their order. */
struct counterpart_pass {
	enum counterpart_demand demand;
	bool of_both; /* only rounds that compare something of either end */
};

#define COUNTERPART_PASSES 4
extern const struct counterpart_pass counterpart_passes[COUNTERPART_PASSES];
/* PASS goes through the round of BITS. */
bool counterpart_takes_round(const struct counterpart_pass *pass, unsigned bits);
bool counterpart_meets(const struct tunnel *a, const struct tunnel *b,
		       enum counterpart_demand demand, struct arena *arena);

/* More that are alike than this are not compared with each other. */
#define COUNTERPART_COMPARED 32

/*
 * The hash of what TUNNEL says of itself and expects of the other, of BITS, or, TURNED, of what its
 * counterpart would: equal for two ends of one tunnel.  False if it has not all of it.
 */
bool counterpart_hash(const struct tunnel *tunnel, unsigned bits, bool turned, uint64_t *hash);
/* How well two tunnels fit as the two ends of one; below zero: not at all. */
int counterpart_score(const struct tunnel *a, const struct tunnel *b, struct arena *arena);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PROPOSAL_H
#define WEIPSEC_PROPOSAL_H

#include "compiler/model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What two charons make of each other's suites (strongswan.md, sections 3, 5 and 12). */

/* The kinds of transforms. */
enum transform_kind {
	TRANSFORM_CIPHER,
	TRANSFORM_AUTH,
	TRANSFORM_PRF,
	TRANSFORM_GROUP,
	TRANSFORM_KINDS
};

#define TRANSFORMS_MOST 15
#define PROPOSALS_MOST 48

/* Transforms by kind, the preferred ones first, ended by 0. */
struct proposal {
	uint8_t list[TRANSFORM_KINDS][TRANSFORMS_MOST + 1];
};

struct proposals {
	size_t count;
	struct proposal list[PROPOSALS_MOST];
};

/* One suite that two ends agreed on; 0 where there is nothing of a kind, or no group. */
struct agreement {
	uint8_t transform[TRANSFORM_KINDS];
};

enum proposal_use { PROPOSAL_IKE, PROPOSAL_ESP, PROPOSAL_USES };

/* A proposal that was made of a suite, whose algorithms these are. */
struct proposal_made {
	const struct algorithm *of[SUITE_SLOTS];
	struct proposal proposal;
};

#define PROPOSALS_RECENT 8

/* The lists that automatic suites stand for, made when they are first asked for, and what was made
 * of others not long ago. Zeroed it is empty. */
struct proposal_lists {
	struct proposals *automatic[64];
	struct proposal_made recent[PROPOSAL_USES][PROPOSALS_RECENT];
};

/* How an end reads an automatic suite: as WeOS's own daemon does, or as our backend says it. */
enum automatic { AUTOMATIC_WEOS, AUTOMATIC_WEIPSEC };

struct arena;

/*
 * What TUNNEL has for USE; an automatic suite is what AUTOMATIC says.  Explicit ones are written
 * into ROOM, automatic ones live in LISTS, in memory of ARENA.  NULL without memory.
 */
const struct proposals *proposals_of(const struct tunnel *tunnel, enum proposal_use use,
				     enum automatic automatic, struct proposal_lists *lists,
				     struct arena *arena, struct proposals *room);

/* What an initiator of version 1 offers of HAS, into OFFER: of each proposal the first of each
 * kind.  In Quick Mode (ESP) with the group of phase 1, PHASE1, if it has that, else with its
 * first. */
void proposals_offer_version1(const struct proposals *has, enum proposal_use use, uint8_t phase1,
			      struct proposals *offer);

/*
 * What a responder that HAS chooses of OFFERED.  With GROUPS false groups do not count, as in
 * IKE_AUTH. False if nothing fits.
 */
bool proposals_choose(const struct proposals *has, const struct proposals *offered,
		      enum proposal_use use, bool groups, struct agreement *chosen);
/* True if HAS holds CHOSEN. */
bool proposals_hold(const struct proposals *has, const struct agreement *chosen);
/* The kinds (bits) of which no transform is in both, taken over the pair of proposals that is
 * nearest. */
unsigned proposals_differ(const struct proposals *a, const struct proposals *b,
			  enum proposal_use use);

/* The first group of a list, which a key exchange begins with; 0: none. */
uint8_t proposals_first_group(const struct proposals *has);

/* `aes128-sha256-x25519' into BUFFER of SIZE bytes. */
void agreement_write(const struct agreement *agreement, enum proposal_use use, char *buffer,
		     size_t size);
#define AGREEMENT_MAX 64

#endif

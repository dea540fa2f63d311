/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TAKEOVER_H
#define WEIPSEC_TAKEOVER_H

#include "runtime/status/attempt.h"
#include "runtime/status/cause.h"

/*
 * Two devices with one identity take a tunnel away from each other: whoever begins it says that it
 * has no other (INITIAL_CONTACT), and the peer forgets the one before.  What each end can see of
 * it: here that the peer falls silent and answers at once when asked anew, twice; at the peer that
 * two addresses take turns.  All times are milliseconds.
 */

#define TAKEOVER_TURNS 4

struct takeover_turn {
	uint32_t ip;
	uint32_t identity; /* a hash of it */
	long long time;
};

struct takeover {
	long long lost; /* when an established IKE_SA was given up; 0: it was not, or was mourned */
	int returns;	    /* that came at once */
	long long returned; /* when the last one came */
	struct takeover_turn turns[TAKEOVER_TURNS]; /* the last ones, the newest first */
	char identity[ATTEMPT_IDENTITY];	    /* of the newest */
};

/*
 * LINE is of charon's log about ATTEMPT, which attempt_note() knows already, and whose IKE_SA was
 * ESTABLISHED or not.
 */
void takeover_note(struct takeover *takeover, const struct attempt *attempt, bool established,
		   struct slice line, long long now);
/* True if this end is forgotten again and again. */
bool takeover_is_here(const struct takeover *takeover, long long now);
/* True if two addresses take turns; CAUSE, empty before, gets both. */
bool takeover_is_there(const struct takeover *takeover, long long now, struct cause *cause);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TALLY_H
#define WEIPSEC_TALLY_H

#include "compiler/model/model.h"
#include "runtime/charon/running.h"

/*
 * What the CHILD_SAs of each tunnel have carried, and how often a new one took the place of
 * another, summed from the beginning: charon forgets an SA's counters with the SA.  The sums never
 * fall while a tunnel is followed, through changes of it and restarts of charon, too.  What SAs
 * that were there before anybody looked had carried by then is not of it.
 */
struct tally;

struct tally_totals {
	unsigned long long received_bytes, received_packets;
	unsigned long long transmitted_bytes, transmitted_packets;
	unsigned long long rekeys;
	long long installed; /* when the newest was, of clock_now(); 0: not known */
};

/* NULL without memory. */
struct tally *tally_new(void);
void tally_free(struct tally *tally);
/* As the tracker does, but that MODEL may go: what is summed of the same IDs stays. */
void tally_follow(struct tally *tally, const struct model *model);

/* charon was looked at. */
void tally_look(struct tally *tally, const struct running *running);
/* charon's events `child-updown' and `child-rekey', which come between two looks. */
void tally_hear(struct tally *tally, struct slice message);
/* charon has gone, and comes back with other SAs, or with the same if it only did not answer. */
void tally_lose(struct tally *tally);

/* Of the tunnel ID; NULL if it is not followed. */
const struct tally_totals *tally_find(const struct tally *tally, int id);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_REVIVAL_H
#define WEIPSEC_REVIVAL_H

#include "runtime/status/status.h"

/*
 * Tunnels of version 2 whose every new CHILD_SA is refused while their IKE_SA lives.  Asked in that
 * IKE_SA again, the peer refuses for ever; the first CHILD_SA of a new one has its keys from the
 * IKE_SA, and comes up where none that is rekeyed does.  So the IKE_SA is made anew: while the old
 * CHILD_SA is there by authenticating anew, which loses next to nothing.  All times are
 * milliseconds of the monotonic clock.
 */
struct revival;

enum revival_step {
	REVIVAL_NOTHING,
	REVIVAL_REAUTHENTICATE, /* the IKE_SA, whose CHILD_SA is still up */
	REVIVAL_RESTART		/* end the IKE_SA, and start the tunnel */
};

/* What has to be done for a tunnel. */
struct revival_need {
	int refused;	 /* CHILD_SAs in a row, 0: nothing has to be done */
	long long since; /* when the last one was refused */
	long long ends;	 /* when the CHILD_SA that is up ends, 0: there is none */
	long long due;	 /* when it is begun anew; 0: never by itself, or not yet */
	long long sa;	 /* charon's number of the IKE_SA */
};

/* NULL without memory. */
struct revival *revival_new(void);
void revival_free(struct revival *revival);
/* As the tracker does: MODEL must stay, and what is known of the same IDs does. */
void revival_follow(struct revival *revival, const struct model *model);
void revival_forget(struct revival *revival, int id);
/* charon has gone, and with it all SAs. */
void revival_lose(struct revival *revival);

/* charon's event `log'. */
void revival_log(struct revival *revival, struct slice message, long long now);
/* charon was ASKED what there is, and has answered NOW, as for tracker_look(). */
void revival_look(struct revival *revival, const struct running *running, long long asked,
		  long long now);

/* What has to be done for the tunnel INDEX of the model. */
struct revival_need revival_need(const struct revival *revival, size_t index);
/* What is to be done now: once, since the next time is later, up to a quarter of an hour. */
enum revival_step revival_next(struct revival *revival, size_t index, long long now);
/* True if so many came to nothing that it is tried no less often any more. */
bool revival_is_stubborn(const struct revival *revival, size_t index);

#endif

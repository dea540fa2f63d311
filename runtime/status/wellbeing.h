/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WELLBEING_H
#define WEIPSEC_WELLBEING_H

#include "runtime/charon/running.h"
#include "runtime/status/cause.h"

/*
 * What is not well with a tunnel that is up, as far as its SAs show it from look to look.  All
 * times are milliseconds of the monotonic clock: the other one may be set meanwhile.
 */
struct wellbeing {
	/* a rekeying that was refused */
	enum reason refused; /* a warning, or REASON_NONE */
	long long ends;	     /* when the CHILD_SA that is up ends; 0: not known yet, or never */
	/* revocation */
	long long unchecked_since; /* 0: it was checked, or nobody asked */
	/* two IKE_SAs of one identity and address */
	long long two_since; /* 0: there is one */
	/* traffic */
	long long child;       /* charon's number of the CHILD_SA that is counted; 0: none */
	long long quiet_since; /* when it was found without a packet more from the peer; 0: never */
	unsigned long long sent_before; /* by then, */
	unsigned long long sent_half;	/* and half a time later */
	long long half_since;
	unsigned long long received;
	bool is_one_way;
	bool is_narrowed;
	char narrowed[120]; /* the subnets that are up */
};

/* The SAs of TUNNEL as they are NOW; RUNNING may be NULL. */
void wellbeing_look(struct wellbeing *wellbeing, const struct tunnel *tunnel,
		    const struct running_tunnel *running, long long now);
/* A rekeying was refused, for REASON. */
void wellbeing_refuse(struct wellbeing *wellbeing, enum reason reason);
/* There is a new CHILD_SA, or none. */
void wellbeing_renew(struct wellbeing *wellbeing);
/* The peer was authenticated NOW; its certificate could not be checked, or could. */
void wellbeing_check(struct wellbeing *wellbeing, bool is_unchecked, long long now);

#define WELLBEING_CAUSES 5

/* What there is to warn of NOW: fills CAUSES, and returns how many. */
size_t wellbeing_causes(const struct wellbeing *wellbeing, long long now,
			struct cause causes[WELLBEING_CAUSES]);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FOLLOWED_H
#define WEIPSEC_FOLLOWED_H

#include "runtime/status/attempt.h"
#include "runtime/status/hearsay.h"
#include "runtime/status/takeover.h"
#include "runtime/status/tracker.h"
#include "runtime/status/wellbeing.h"

/*
 * What is known of the tunnels that are followed: tracker.c looks and starts, tracker_log.c
 * listens, and tracker_tell.c says it.
 */

/* Addresses that are no tunnel's peer, and ask: so many are remembered. */
#define ELSEWHERE 8

/* IKE_SAs of one tunnel of which that is known: a moment has two, seldom more. */
#define FOLLOWED_SAS 4

struct followed {
	int id;
	struct cause cause;	/* what charon logged last */
	bool is_hint;		/* that: it may be of an earlier try */
	bool is_alert;		/* that: charon said so itself */
	long long sa;		/* of which IKE_SA that is */
	long long reasoned;	/* when it was logged */
	struct hearsay hearsay; /* what was said of one who proved nothing */
	struct takeover takeover;
	struct wellbeing wellbeing;
	long long repeating[FOLLOWED_SAS]; /* IKE_SAs whose request is repeated; 0: none */
	long long
	    waiting[FOLLOWED_SAS]; /* those that were established, and open, at the last look */
	long long probed;    /* version 1: when DPD asked last and had no answer yet; 0: never */
	long long probed_sa; /* of which IKE_SA */
	long long looked;    /* when it was looked at last */
	struct status_summary summary;
	bool no_address;	/* its local-address is on no interface */
	bool unknown_to_charon; /* which has no such connection */
	bool has_come;		/* that address, and the tunnel was not started since */
	long long retry_at;
	int retry_after;
	uint32_t told; /* warnings that were told: bits 1 << warning - the first */
	/* its own certificate, if it has one */
	const struct target_tunnel *target;
};

struct tracker {
	struct attempts attempts;
	struct hearsay elsewhere[ELSEWHERE]; /* what is said of addresses that are no peer's */
	size_t next_elsewhere;
	const struct model *model;
	struct followed *tunnels; /* as in the model */
	size_t count;
	bool is_blind; /* charon was not looked at since it came */
};

/* SA repeats a request, or has an answer. */
void followed_repeat(struct followed *followed, long long sa);
void followed_answer(struct followed *followed, long long sa);
/* True if the peer of an established IKE_SA owes an answer for too long. */
bool followed_is_unanswered(const struct followed *followed);

#endif

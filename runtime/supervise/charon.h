/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CHARON_H
#define WEIPSEC_CHARON_H

#include "runtime/supervise/jobs.h"
#include "runtime/supervise/metrics_file.h"

/* How the supervisor looks at charon, which comes and goes, and at its tunnels. */

#define CHARON_WAITING_MAX 16 /* clients of status; as many as there can be at all */

/* Written by charon.c alone. */
struct charon {
	struct jobs *jobs;
	struct vici *vici;
	struct addresses *addresses;
	char version[64]; /* "": it is out of reach, */
	bool is_away;	  /* and that was said */
	uev_t beat;	  /* looks, connects, tries again */
	struct metrics_file metrics;
	struct running running;
	bool looking;
	long long asked;  /* when the last look began, */
	long long looked; /* and when RUNNING was whole; 0: it is not */
	struct control_client *waiting[CHARON_WAITING_MAX]; /* for a look */
	size_t waiting_count;
};

/*
 * Begins to look after it, for JOBS, which are open, and keeps the file METRICS (NULL: none).  0 or
 * errno; charon_free() in any case.
 */
int charon_watch(struct charon *charon, struct jobs *jobs, const char *metrics);
void charon_free(struct charon *charon);

bool charon_is_there(const struct charon *charon);
/* Answers CLIENT with the status of all tunnels, when that was just seen, or else is seen anew. */
void charon_answer_status(struct charon *charon, struct control_client *client);

#endif

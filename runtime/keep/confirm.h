/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CONFIRM_H
#define WEIPSEC_CONFIRM_H

#include "runtime/keep/state.h"

#include <uev/uev.h>

/*
 * What is applied with --confirm: unless it is confirmed in time, charon goes back to the
 * generation that it had before.
 *
 *	NOTHING --confirm_begin()--> BEGUN --confirm_wait()--> WAITS --confirm_expire()--> OVER
 *	   ^                           |                         |      or the time        |
 *	   +-------------------- confirm_end(): not applied, confirmed, or gone back ------+
 *
 * The file `deadline' follows, so that whoever is killed on the way leaves it to the next one, who
 * begins where that was.  Its time is that since boot, which nobody sets; behind a reboot, of which
 * it knows no more than that, what is left is at most what it was at first.
 */

#define CONFIRM_MOST 86400 /* seconds */

/* What others are told meanwhile. */
#define CONFIRM_PENDING "what was applied last waits for its confirmation"

enum confirm_phase {
	CONFIRM_NOTHING, /* is to be confirmed */
	CONFIRM_BEGUN,	 /* charon is being changed, or would have been */
	CONFIRM_WAITS,	 /* charon has it */
	CONFIRM_OVER	 /* it has to go back */
};

struct confirm {
	struct state *state;
	enum confirm_phase phase;
	unsigned before; /* the generation to go back to, 0 for nothing */
	int seconds;	 /* that it may take, or that were left of that */
	long long ends;	 /* then, of clock_now(), while it WAITS */
	uev_t timer;
	void (*over)(void *context);
	void *context;
};

/* Takes up what is written in STATE, which is open.  0 or errno with state->why. */
int confirm_open(struct confirm *confirm, struct state *state);
/*
 * OVER is called when the time is over, or confirm_expire() was called; the time runs if it WAITS
 * already.  0 or errno.
 */
int confirm_watch(struct confirm *confirm, uev_ctx_t *loop, void (*over)(void *context),
		  void *context);

/* Before charon hears of what is to be confirmed within SECONDS.  0 or errno with state->why. */
int confirm_begin(struct confirm *confirm, int seconds);
/* Charon has it: the time begins anew.  0 or errno with state->why, and it WAITS nevertheless. */
int confirm_wait(struct confirm *confirm);
/* As if the time were over; once it is, nothing. */
void confirm_expire(struct confirm *confirm);
/* Nothing is to be confirmed any more.  0 or errno with state->why. */
int confirm_end(struct confirm *confirm);

/*
 * The generation that a rollback leads to, 0 for nothing.  0 or errno with state->why, ENOENT if
 * there is none.
 */
int confirm_find_before(const struct confirm *confirm, unsigned *generation);

#endif

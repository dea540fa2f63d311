/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_APPLY_H
#define WEIPSEC_APPLY_H

#include "runtime/charon/plan.h"
#include "runtime/vici/vici.h"

/*
 * Carries out a plan.  What charon may refuse is tried first, under other names, so that a refusal
 * costs no tunnel its SAs.  At the end charon is read back and compared.  On any refusal or
 * difference everything goes back as it was.
 */

enum apply_result {
	APPLY_DONE,
	APPLY_UNDONE, /* refused, and as it was before */
	APPLY_BROKEN  /* charon went away, or could not be brought back to what it had */
};

struct apply_outcome {
	enum apply_result result;
	int id;	       /* the tunnel that it failed at, or -1 */
	char why[384]; /* charon's words, made printable by whoever prints them */
};

struct apply;

/* All that was tried is taken: from here on tunnels change.  NULL, or why they must not. */
typedef const char *apply_change(void *context);
typedef void apply_done(void *context, const struct apply_outcome *outcome);

/* PLAN and its targets must outlive it.  NULL without memory. */
struct apply *apply_new(struct vici *vici, const struct plan *plan, apply_change *change,
			apply_done *done, void *context);
/* DONE is called once, perhaps before this returns, and may free APPLY. */
void apply_begin(struct apply *apply);
/* One that has begun and is not done: close VICI first. */
void apply_free(struct apply *apply);

#endif

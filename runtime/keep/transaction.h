/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TRANSACTION_H
#define WEIPSEC_TRANSACTION_H

#include "compiler/base/files.h"
#include "runtime/charon/apply.h"
#include "runtime/keep/config.h"
#include "runtime/keep/state.h"

/*
 * From what charon has to what it is to have, with what is remembered of it: charon is asked, a
 * plan is made, a generation is begun, the plan is carried out, and the generation committed or
 * abandoned.
 */

struct transaction {
	struct vici *vici;	   /* connected */
	struct state *state;	   /* locked, but with `dry_run' */
	const struct target *from; /* what was applied last, or NULL */
	const struct target *to;
	struct slice agent;	     /* what TO was made of, as agent configuration */
	unsigned generation;	     /* instead of AGENT, one that is there already; 0: none */
	bool same;		     /* AGENT is what is applied already */
	bool goes_back;		     /* AGENT is what was before the first that was applied */
	bool dry_run;		     /* only the plan is made */
	struct files_output *beside; /* appears when TO is applied; NULL: none */
	int beside_error;	     /* it did not */
	void (*done)(void *context, const struct apply_outcome *outcome);
	void *context;

	struct plan plan; /* from here on its own */
	struct running running;
	struct apply *apply;
};

/* The first fields are filled in, the rest is zero.  DONE is called once, perhaps at once. */
void transaction_begin(struct transaction *transaction);
/* Not while it runs, unless VICI is closed first. */
void transaction_free(struct transaction *transaction);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_KEEPER_H
#define WEIPSEC_KEEPER_H

#include "runtime/keep/config.h"
#include "runtime/keep/places.h"
#include "runtime/keep/transaction.h"

/*
 * Whoever holds the lock of the state directory and keeps charon to a configuration: a command for
 * once, or the supervisor for as long as it runs.  One transaction at a time.
 */

struct keeper {
	const struct places *places;
	uev_ctx_t *loop;
	struct vici *vici;
	struct state state;
	struct config *applied; /* what charon has, NULL: nothing of ours */
	struct config *wanted;	/* what the transaction under way leads to */
	struct transaction transaction;
	struct files_output beside; /* what --persist keeps, until charon has it */
	bool busy;
	void (*done)(void *context, const struct apply_outcome *outcome,
		     const struct config *config);
	void *context;
	char why[600]; /* what failed last, one line, */
	bool lacks;    /* and it is that there is no such tunnel */
};

/*
 * Opens the state directory, locks it (not with READ_ONLY) and reads what was applied last; where
 * that cannot be read, it is as if it were not known, and keeper->why says so.  0 or errno with
 * keeper->why; EWOULDBLOCK: somebody else keeps it.  Close it in any case.
 */
int keeper_open(struct keeper *keeper, const struct places *places, uev_ctx_t *loop,
		bool read_only);
void keeper_close(struct keeper *keeper);

/*
 * Leads charon from what it has to CONFIG, which it owns from now on, and which is to be applied as
 * it is; with DRY_RUN only the plan is made.  VICI is connected.  DONE is called once, perhaps at
 * once, with CONFIG, good until it returns.
 */
void keeper_apply(struct keeper *keeper, struct config *config, bool dry_run,
		  void (*done)(void *context, const struct apply_outcome *outcome,
			       const struct config *config),
		  void *context);
/* The same with a GENERATION that is kept; false with keeper->why if it cannot be read. */
bool keeper_go_back(struct keeper *keeper, unsigned generation,
		    void (*done)(void *context, const struct apply_outcome *outcome,
				 const struct config *config),
		    void *context);

/*
 * Ends the tunnel ID (-1: all that are enabled) and begins it anew, as it is applied; false with
 * keeper->why if there is none.
 */
bool keeper_restart(struct keeper *keeper, int id,
		    void (*done)(void *context, const struct apply_outcome *outcome,
				 const struct config *config),
		    void *context);

/* The plan of the transaction that was last done, until the next one begins. */
const struct plan *keeper_plan(const struct keeper *keeper);

#endif

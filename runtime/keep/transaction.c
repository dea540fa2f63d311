/* SPDX-License-Identifier: ISC */
#include "runtime/keep/transaction.h"

#include "compiler/base/shortage.h"

#include <stdio.h>
#include <string.h>

static void finish_transaction(struct transaction *transaction, const struct apply_outcome *outcome)
{
	transaction->done(transaction->context, outcome);
}

/* Nothing was touched. */
static void end_untouched(struct transaction *transaction, enum apply_result result,
			  const char *why)
{
	struct apply_outcome outcome = {.result = result, .id = -1};

	snprintf(outcome.why, sizeof(outcome.why), "%s", why);
	finish_transaction(transaction, &outcome);
}

/*
 * Before the generation is the current one: what is beside an older one would be loaded by charon's
 * service, and then be taken for what is applied.
 */
static void commit_beside(struct transaction *transaction)
{
	if (transaction->beside)
		transaction->beside_error = files_output_commit(transaction->beside);
}

static void on_applied(void *context, const struct apply_outcome *outcome)
{
	struct transaction *transaction = context;
	struct apply_outcome final = *outcome;

	apply_free(transaction->apply); /* OUTCOME goes with it */
	transaction->apply = NULL;
	if (final.result == APPLY_DONE)
		commit_beside(transaction);
	if (final.result != APPLY_DONE) {
		state_abandon(transaction->state, final.result == APPLY_BROKEN);
	} else if (state_commit(transaction->state) != 0) {
		final.result = APPLY_BROKEN;
		snprintf(
		    final.why, sizeof(final.why),
		    "the new configuration is active, but not remembered: %.250s: apply it again",
		    transaction->state->why);
	}
	finish_transaction(transaction, &final);
}

static const char *on_change(void *context)
{
	struct transaction *transaction = context;

	return state_touch(transaction->state) == 0 ? NULL : transaction->state->why;
}

/* The generation is on the disk before charon hears of it. */
static void carry_out(struct transaction *transaction)
{
	struct state *state = transaction->state;
	unsigned previous = transaction->goes_back ? 0 : state->current;
	int error = transaction->generation
			? state_begin_again(state, transaction->generation, &transaction->plan)
			: state_begin(state, transaction->agent, previous, &transaction->plan);

	/* who is told to end amid a change would leave a mix: its end is not far */
	(void)shortage_hold_ends();
	if (error) {
		end_untouched(transaction, APPLY_BROKEN, state->why);
		return;
	}
	transaction->apply =
	    apply_new(transaction->vici, &transaction->plan, on_change, on_applied, transaction);
	if (transaction->apply) {
		apply_begin(transaction->apply);
		return;
	}
	state_abandon(state, false);
	end_untouched(transaction, APPLY_BROKEN, "out of memory");
}

static bool has_nothing_to_do(const struct transaction *transaction)
{
	bool same = transaction->generation ? transaction->generation == transaction->state->current
					    : transaction->same;

	return same && plan_is_empty(&transaction->plan) && !state_has_suspects(transaction->state);
}

static void on_running(void *context, const char *why)
{
	struct transaction *transaction = context;
	bool planned;

	if (why) {
		end_untouched(transaction, APPLY_BROKEN, why);
		return;
	}
	planned = plan_make(&transaction->plan, &transaction->running, transaction->from,
			    transaction->to, &transaction->state->suspects);
	running_free(&transaction->running);
	if (!planned) {
		end_untouched(transaction, APPLY_BROKEN, "out of memory");
	} else if (transaction->dry_run) {
		end_untouched(transaction, APPLY_DONE, "");
	} else if (has_nothing_to_do(transaction)) {
		commit_beside(transaction);
		end_untouched(transaction, APPLY_DONE, "");
	} else {
		carry_out(transaction);
	}
}

static bool has_credentials(const struct target *target)
{
	return target && target->credentials.first;
}

/* Certificates and keys cost charon more than the rest. */
void transaction_begin(struct transaction *transaction)
{
	if (has_credentials(transaction->from) || has_credentials(transaction->to) ||
	    transaction->state->suspects.key_count)
		running_read_all(&transaction->running, transaction->vici, on_running, transaction);
	else
		running_read(&transaction->running, transaction->vici, on_running, transaction);
}

void transaction_free(struct transaction *transaction)
{
	apply_free(transaction->apply);
	running_free(&transaction->running);
	plan_free(&transaction->plan);
	transaction->apply = NULL;
}

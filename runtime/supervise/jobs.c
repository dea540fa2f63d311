/* SPDX-License-Identifier: ISC */
/* What the supervisor does to charon, one thing after the other. */
#include "runtime/supervise/supervisor_parts.h"

#include "runtime/keep/outcome.h"
#include "runtime/system/clock.h"
#include "runtime/system/notify.h"

#include <stdio.h>
#include <stdlib.h>

/* Milliseconds until what broke is tried again; twice as long each time. */
#define RETRY_FIRST 2000
#define RETRY_MOST 60000

/* ---- jobs ---- */

void supervisor_free_job(struct job *job)
{
	if (job->config)
		config_free(job->config);
	free(job->config);
	free(job->file);
	*job = (struct job){.kind = JOB_NONE};
}

void supervisor_refuse(struct job *job, enum apply_result result, const char *why)
{
	if (job->client)
		control_answer(job->client, outcome_refusal(result, why));
	supervisor_free_job(job);
}

/* ---- the deadline ---- */

void supervisor_set_deadline(struct supervisor *supervisor, int seconds)
{
	supervisor->unconfirmed = true;
	uev_timer_set(&supervisor->deadline, seconds > 0 ? seconds * 1000 : 1, 0);
}

void supervisor_end_deadline(struct supervisor *supervisor)
{
	if (state_clear_deadline(&supervisor->keeper.state) != 0)
		supervisor_tell(supervisor, "%s", supervisor->keeper.state.why);
	uev_timer_stop(&supervisor->deadline);
	supervisor->unconfirmed = supervisor->goes_back = false;
	free(supervisor->confirmed_file);
	supervisor->confirmed_file = NULL;
}

/* Written before charon hears of it: killed from here on, the next run goes back. */
static bool write_deadline(struct supervisor *supervisor, const struct job *job)
{
	return state_set_deadline(&supervisor->keeper.state, job->confirm, job->generation) == 0;
}

/* ---- what came of it ---- */

static void ready(struct supervisor *supervisor)
{
	if (!supervisor->is_ready)
		notify_send("READY=1\nSTATUS=charon has the configuration");
	supervisor->is_ready = true;
}

/* What was known of a tunnel is not true of one that was changed. */
static void take_plan(struct supervisor *supervisor)
{
	const struct plan *plan = keeper_plan(&supervisor->keeper);

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind == PLAN_UNCHANGED)
			continue;
		supervisor_tell(supervisor, "ipsec%d: %s", plan->items[i].id,
				plan_kind_name(plan->items[i].kind));
		tracker_forget(supervisor->tracker, plan->items[i].id);
	}
}

static void note_done(struct supervisor *supervisor, struct job *job)
{
	supervisor->keeps = false;
	supervisor->retry_after = 0;
	take_plan(supervisor);
	if (job->kind == JOB_APPLY && job->confirm) {
		write_deadline(supervisor, job);
		supervisor_set_deadline(supervisor, job->confirm);
		supervisor->before = job->generation;
		supervisor->confirmed_file = job->file;
		job->file = NULL;
		supervisor_tell(supervisor, "waiting %d s for 'weipsec-apply confirm'",
				job->confirm);
	} else if (job->kind == JOB_APPLY && job->file) {
		supervisor_take_file(supervisor, job->file);
		job->file = NULL;
	} else if (job->kind == JOB_GO_BACK || job->kind == JOB_ROLLBACK) {
		supervisor_end_deadline(supervisor);
		supervisor_tell(supervisor, "every tunnel is as it was before");
	}
	ready(supervisor);
}

static void retry_later(struct supervisor *supervisor)
{
	int after = 2 * supervisor->retry_after;

	supervisor->retry_after = after < RETRY_FIRST  ? RETRY_FIRST
				  : after > RETRY_MOST ? RETRY_MOST
						       : after;
	supervisor->retry_at = clock_now() + supervisor->retry_after;
}

static void note_failure(struct supervisor *supervisor, const struct job *job,
			 const struct apply_outcome *outcome)
{
	bool broken = outcome->result == APPLY_BROKEN;

	if (outcome->id >= 0)
		supervisor_tell(supervisor, "ipsec%d: %s", outcome->id, outcome->why);
	else
		supervisor_tell(supervisor, "%s", outcome->why);
	if (job->kind == JOB_APPLY && job->confirm)
		state_clear_deadline(&supervisor->keeper.state);
	if (job->kind == JOB_GO_BACK && !broken)
		supervisor_end_deadline(supervisor);
	if (broken || job->kind == JOB_KEEP)
		retry_later(supervisor);
	else
		supervisor_tell(supervisor, "what was applied before stays");
	supervisor->rereads = broken && job->kind == JOB_FILE;
	/* taking it back left charon with what it had, which may be nothing after a restart */
	supervisor->keeps = broken || job->kind == JOB_FILE || job->kind == JOB_KEEP;
	if (!broken && !supervisor->keeper.state.current && !supervisor->is_ready) {
		supervisor->status = STATUS_FINDINGS;
		uev_exit(&supervisor->loop);
	}
}

static void on_done(void *context, const struct apply_outcome *outcome, const struct config *config)
{
	struct supervisor *supervisor = context;
	struct job job = supervisor->now;

	(void)config;
	supervisor->now = (struct job){.kind = JOB_NONE};
	if (outcome->result == APPLY_DONE)
		note_done(supervisor, &job);
	else
		note_failure(supervisor, &job, outcome);
	/* the model that it looks at may have gone */
	tracker_follow(supervisor->tracker,
		       supervisor->keeper.applied ? supervisor->keeper.applied->model : NULL);
	supervisor->looked = 0;
	if (job.client)
		control_answer(job.client, outcome_json(outcome, keeper_plan(&supervisor->keeper)));
	supervisor_free_job(&job);
	if (supervisor->ends)
		uev_exit(&supervisor->loop);
	else
		supervisor_work_soon(supervisor);
}

/* ---- beginning ---- */

/* It could not even be begun: what is remembered cannot be read. */
static void give_up(struct supervisor *supervisor)
{
	const char *why = supervisor->keeper.why;

	supervisor_tell(supervisor, "%s", why);
	if (supervisor->now.kind == JOB_GO_BACK)
		supervisor_end_deadline(supervisor);
	if (!supervisor->now.client)
		retry_later(supervisor);
	supervisor_refuse(&supervisor->now, supervisor->keeper.lacks ? APPLY_UNDONE : APPLY_BROKEN,
			  why);
}

static void begin_apply(struct supervisor *supervisor)
{
	struct job *job = &supervisor->now;
	struct config *config = job->config;

	job->generation = supervisor->keeper.state.current;
	if (job->confirm && !write_deadline(supervisor, job)) {
		supervisor_refuse(job, APPLY_UNDONE, supervisor->keeper.state.why);
		return;
	}
	job->config = NULL;
	keeper_apply(&supervisor->keeper, config, false, on_done, supervisor);
}

static void begin(struct supervisor *supervisor, struct job job)
{
	struct keeper *keeper = &supervisor->keeper;
	bool begun = true;

	supervisor->now = job;
	switch (job.kind) {
	case JOB_FILE:
	case JOB_APPLY:
		begin_apply(supervisor);
		break;
	case JOB_KEEP:
		begun = keeper_go_back(keeper, keeper->state.current, on_done, supervisor);
		break;
	case JOB_GO_BACK:
	case JOB_ROLLBACK:
		begun = keeper_go_back(keeper, job.generation, on_done, supervisor);
		break;
	case JOB_RESTART:
		begun = keeper_restart(keeper, job.id, on_done, supervisor);
		break;
	case JOB_NONE:
		break;
	}
	if (!begun)
		give_up(supervisor);
}

/* Of all that is to be done what comes first. */
static struct job take_next(struct supervisor *supervisor)
{
	struct job job = {.kind = JOB_NONE};

	if (supervisor->asked.kind) {
		job = supervisor->asked;
		supervisor->asked = (struct job){.kind = JOB_NONE};
	} else if (clock_now() < supervisor->retry_at) {
		return job;
	} else if (supervisor->goes_back) {
		job = (struct job){.kind = JOB_GO_BACK, .generation = supervisor->before};
	} else if (supervisor->fresh && !supervisor->unconfirmed) {
		job = (struct job){.kind = JOB_FILE, .config = supervisor->fresh};
		supervisor->fresh = NULL;
	} else if (supervisor->keeps && supervisor->keeper.state.current) {
		job.kind = JOB_KEEP;
	}
	return job;
}

void supervisor_work(struct supervisor *supervisor)
{
	if (supervisor->now.kind || supervisor->ends || !vici_is_connected(supervisor->vici) ||
	    !*supervisor->version)
		return;
	if (supervisor->rereads && clock_now() >= supervisor->retry_at) {
		supervisor->rereads = false;
		supervisor_read_file(supervisor);
	}
	begin(supervisor, take_next(supervisor));
}

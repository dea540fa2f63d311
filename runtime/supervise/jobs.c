/* SPDX-License-Identifier: ISC */
/*
 * What the supervisor does to charon, one thing after the other.
 *
 *	        jobs_arrive()           jobs_work()
 *	 AWAY ----------------> IDLE ----------------> BUSY ------------+
 *	  ^                     |  ^                   |  |             |
 *	  +---- jobs_lose() ----+  +---- on_done() ----+  |         jobs_end()
 *	  |                                               |             |
 *	  +-- on_done(), where charon has gone meanwhile -+             v
 *	                                                             ENDING
 *	                                                                |
 *	                                                            on_done()
 *	                                                                |
 *	        jobs_end() from any other, or a second time             v
 *	        ---------------------------------------------------> ENDED
 *
 * jobs_work() begins the first of these that there is; whoever asked does not wait for the others,
 * which for a while, behind one that broke, wait for better times:
 *
 *	asked     APPLY, ROLLBACK or RESTART
 *	GO_BACK   what was applied last was not confirmed in time (confirm.h)
 *	FILE      FILE is fresh, and nothing waits to be confirmed
 *	KEEP      charon has come, has other than what is applied, or a job broke
 *
 * One that fails leaves charon as it was, and is over.  One that breaks leaves nobody knows what:
 * KEEP makes up for it, and FILE is read again.  Where FILE is refused and nothing was applied
 * ever, there is nothing to keep to, and on_done() leads to ENDED.
 */
#include "runtime/supervise/jobs.h"

#include "compiler/base/cli.h"
#include "runtime/keep/outcome.h"
#include "runtime/system/clock.h"
#include "runtime/system/notify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds until what broke is tried again; twice as long each time. */
#define RETRY_FIRST 2000
#define RETRY_MOST 60000

/* The only one that changes it. */
static void enter_jobs_phase(struct jobs *jobs, enum jobs_phase phase)
{
	jobs->phase = phase;
	if (phase == JOBS_ENDED)
		uev_exit(jobs->keeper.loop);
}

bool jobs_is_busy(const struct jobs *jobs)
{
	return jobs->now.kind != JOB_NONE;
}

bool jobs_is_taken(const struct jobs *jobs)
{
	return jobs->asked.kind || jobs->now.client || jobs->phase >= JOBS_ENDING;
}

/* ---- jobs ---- */

static void free_job(struct job *job)
{
	if (job->config)
		config_free(job->config);
	free(job->config);
	free(job->file);
	*job = (struct job){.kind = JOB_NONE};
}

void jobs_refuse(struct job *job, enum apply_result result, const char *why)
{
	if (job->client)
		control_answer(job->client, outcome_refusal(result, why));
	free_job(job);
}

/* Nothing is to be confirmed any more: it was, or has gone back. */
static void end_confirming(struct jobs *jobs)
{
	if (confirm_end(&jobs->confirm) != 0)
		voice_say(jobs->voice, "%s", jobs->keeper.state.why);
	file_expect(&jobs->file, NULL);
}

/* ---- what came of it ---- */

static void say_ready(struct jobs *jobs)
{
	if (!jobs->is_ready)
		notify_send("READY=1\nSTATUS=charon has the configuration");
	jobs->is_ready = true;
}

static void note_apply(struct jobs *jobs, bool went_well)
{
	jobs->last_apply.noted = clock_now();
	jobs->last_apply.is_known = true;
	jobs->last_apply.went_well = went_well;
}

/* Of a job that leads to another configuration, or would have. */
static void note_if_apply(struct jobs *jobs, enum job_kind kind, bool went_well)
{
	if (kind != JOB_KEEP && kind != JOB_RESTART)
		note_apply(jobs, went_well);
}

/* EXIT_OK, or FILE is none that can be applied. */
static int read_file(struct jobs *jobs)
{
	int status = file_read(&jobs->file);

	if (status != EXIT_OK)
		note_apply(jobs, false);
	return status;
}

/* What was known of a tunnel is not true of one that was changed. */
static void take_plan(struct jobs *jobs)
{
	const struct plan *plan = keeper_plan(&jobs->keeper);

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind == PLAN_UNCHANGED)
			continue;
		voice_say(jobs->voice, "ipsec%d: %s", plan->items[i].id,
			  plan_kind_name(plan->items[i].kind));
		tracker_forget(jobs->tracker, plan->items[i].id);
		revival_forget(jobs->revival, plan->items[i].id);
	}
}

static void note_done(struct jobs *jobs, struct job *job)
{
	jobs->keeps = false;
	jobs->retry_after = 0;
	take_plan(jobs);
	if (job->kind == JOB_APPLY && job->confirm) {
		confirm_wait(&jobs->confirm);
		file_expect(&jobs->file, job->file);
		job->file = NULL;
		voice_say(jobs->voice, "waiting %d s for 'weipsec-apply confirm'", job->confirm);
	} else if (job->kind == JOB_APPLY && job->file) {
		file_replace(&jobs->file, job->file);
		job->file = NULL;
	} else if (job->kind == JOB_GO_BACK || job->kind == JOB_ROLLBACK) {
		end_confirming(jobs);
		voice_say(jobs->voice, "every tunnel is as it was before");
	}
	say_ready(jobs);
}

static void retry_later(struct jobs *jobs)
{
	int after = 2 * jobs->retry_after;

	jobs->retry_after = after < RETRY_FIRST	 ? RETRY_FIRST
			    : after > RETRY_MOST ? RETRY_MOST
						 : after;
	jobs->retry_at = clock_now() + jobs->retry_after;
}

static void note_failure(struct jobs *jobs, const struct job *job,
			 const struct apply_outcome *outcome)
{
	bool broken = outcome->result == APPLY_BROKEN;

	if (outcome->id >= 0)
		voice_say(jobs->voice, "ipsec%d: %s", outcome->id, outcome->why);
	else
		voice_say(jobs->voice, "%s", outcome->why);
	if (job->kind == JOB_APPLY && job->confirm)
		confirm_end(&jobs->confirm);
	if (job->kind == JOB_GO_BACK && !broken)
		end_confirming(jobs);
	if (broken || job->kind == JOB_KEEP)
		retry_later(jobs);
	else
		voice_say(jobs->voice, "what was applied before stays");
	if (broken && job->kind == JOB_FILE)
		file_fail(&jobs->file);
	/* taking it back left charon with what it had, which may be nothing after a restart */
	jobs->keeps = broken || job->kind == JOB_FILE || job->kind == JOB_KEEP;
}

static void follow_applied(struct jobs *jobs)
{
	const struct config *applied = jobs->keeper.applied;

	tracker_follow(jobs->tracker, applied ? applied->model : NULL,
		       applied ? &applied->target : NULL);
	revival_follow(jobs->revival, applied ? applied->model : NULL);
	tally_follow(jobs->tally, applied ? applied->model : NULL);
}

/* charon takes a certificate that its peer will refuse: that is said, once. */
static void say_certificates(const struct jobs *jobs)
{
	const struct config *applied = jobs->keeper.applied;
	struct cause cause;
	struct note note;

	for (size_t i = 0; applied && i < applied->target.count; i++) {
		const struct target_tunnel *tunnel = &applied->target.tunnels[i];

		if (!cause_of_certificate(&cause, tunnel))
			continue;
		note_make(&note, &cause, applied->model, config_tunnel(applied, tunnel->id));
		voice_say(jobs->voice, "ipsec%d: %s", tunnel->id, note.text);
	}
}

/* What was refused is all that there was to keep to. */
static bool has_nothing(const struct jobs *jobs, const struct apply_outcome *outcome)
{
	return outcome->result == APPLY_UNDONE && !jobs->keeper.state.current && !jobs->is_ready;
}

static void leave_busy(struct jobs *jobs)
{
	if (jobs->phase >= JOBS_ENDING || jobs->status != EXIT_OK)
		enter_jobs_phase(jobs, JOBS_ENDED);
	else
		enter_jobs_phase(jobs,
				 vici_is_connected(jobs->keeper.vici) ? JOBS_IDLE : JOBS_AWAY);
	if (jobs->phase != JOBS_ENDED)
		jobs->done(jobs->context);
}

static void on_done(void *context, const struct apply_outcome *outcome, const struct config *config)
{
	struct jobs *jobs = context;
	struct job job = jobs->now;

	(void)config;
	note_if_apply(jobs, job.kind, outcome->result == APPLY_DONE);
	jobs->now = (struct job){.kind = JOB_NONE};
	if (outcome->result == APPLY_DONE)
		note_done(jobs, &job);
	else
		note_failure(jobs, &job, outcome);
	if (has_nothing(jobs, outcome))
		jobs->status = EXIT_FINDINGS;
	follow_applied(jobs); /* the model that was followed may have gone */
	if (outcome->result == APPLY_DONE && job.kind != JOB_KEEP && job.kind != JOB_RESTART)
		say_certificates(jobs);
	if (job.client)
		control_answer(job.client, outcome_json(outcome, keeper_plan(&jobs->keeper)));
	free_job(&job);
	leave_busy(jobs);
}

/* ---- beginning ---- */

/* The job could not even be begun. */
static void give_up(struct jobs *jobs, enum apply_result result, const char *why)
{
	note_if_apply(jobs, jobs->now.kind, false);
	jobs_refuse(&jobs->now, result, why);
	enter_jobs_phase(jobs, JOBS_IDLE);
}

/* What is remembered cannot be read. */
static void give_up_reading(struct jobs *jobs)
{
	const char *why = jobs->keeper.why;

	voice_say(jobs->voice, "%s", why);
	if (jobs->now.kind == JOB_GO_BACK)
		end_confirming(jobs);
	if (!jobs->now.client)
		retry_later(jobs);
	give_up(jobs, jobs->keeper.lacks ? APPLY_UNDONE : APPLY_BROKEN, why);
}

static void begin_apply(struct jobs *jobs)
{
	struct job *job = &jobs->now;
	struct config *config = job->config;

	if (job->confirm && confirm_begin(&jobs->confirm, job->confirm) != 0) {
		give_up(jobs, APPLY_UNDONE, jobs->keeper.state.why);
		return;
	}
	job->config = NULL;
	keeper_apply(&jobs->keeper, config, false, on_done, jobs);
}

static void begin_job(struct jobs *jobs, struct job job)
{
	struct keeper *keeper = &jobs->keeper;
	bool begun = true;

	jobs->now = job;
	enter_jobs_phase(jobs, JOBS_BUSY);
	switch (job.kind) {
	case JOB_FILE:
	case JOB_APPLY:
		begin_apply(jobs);
		break;
	case JOB_KEEP:
		begun = keeper_go_back(keeper, keeper->state.current, on_done, jobs);
		break;
	case JOB_GO_BACK:
	case JOB_ROLLBACK:
		begun = keeper_go_back(keeper, job.generation, on_done, jobs);
		break;
	case JOB_RESTART:
		begun = keeper_restart(keeper, job.id, on_done, jobs);
		break;
	case JOB_NONE:
		break;
	}
	if (!begun)
		give_up_reading(jobs);
}

/* Of all that is to be done what comes first. */
static struct job take_next(struct jobs *jobs)
{
	struct job job = {.kind = JOB_NONE};

	if (jobs->asked.kind) {
		job = jobs->asked;
		jobs->asked = (struct job){.kind = JOB_NONE};
	} else if (clock_now() < jobs->retry_at) {
		return job;
	} else if (jobs->confirm.phase == CONFIRM_OVER) {
		job = (struct job){.kind = JOB_GO_BACK, .generation = jobs->confirm.before};
	} else if (jobs->file.fresh && jobs->confirm.phase == CONFIRM_NOTHING) {
		job = (struct job){.kind = JOB_FILE, .config = file_take(&jobs->file)};
	} else if (jobs->keeps && jobs->keeper.state.current) {
		job.kind = JOB_KEEP;
	}
	return job;
}

/*
 * Where a rollback leads is known when it begins: what was at work as it was asked for may have
 * made a generation since.  False if it was refused.
 */
static bool find_way_back(struct jobs *jobs, struct job *job)
{
	int error = confirm_find_before(&jobs->confirm, &job->generation);

	if (error)
		jobs_refuse(job, error == ENOENT ? APPLY_UNDONE : APPLY_BROKEN,
			    jobs->keeper.state.why);
	return !error;
}

void jobs_work(struct jobs *jobs)
{
	struct job job;

	if (jobs->phase != JOBS_IDLE || !vici_is_connected(jobs->keeper.vici))
		return;
	if (clock_now() >= jobs->retry_at)
		file_read_again(&jobs->file);
	do {
		job = take_next(jobs);
	} while (job.kind == JOB_ROLLBACK && !find_way_back(jobs, &job));
	if (job.kind)
		begin_job(jobs, job);
}

/* ---- what happens ---- */

void jobs_arrive(struct jobs *jobs)
{
	if (jobs->phase == JOBS_AWAY)
		enter_jobs_phase(jobs, JOBS_IDLE);
	jobs->retry_at = 0;
	jobs_work(jobs);
}

void jobs_lose(struct jobs *jobs)
{
	if (jobs->phase == JOBS_IDLE)
		enter_jobs_phase(jobs, JOBS_AWAY);
	jobs->keeps = true;
	tracker_lose(jobs->tracker);
	revival_lose(jobs->revival);
	tally_lose(jobs->tally);
	jobs_refuse(&jobs->asked, APPLY_BROKEN, "charon is out of reach");
}

void jobs_keep(struct jobs *jobs)
{
	jobs->keeps = true;
	jobs_work(jobs);
}

void jobs_read_file(void *context)
{
	struct jobs *jobs = context;

	if (jobs->phase >= JOBS_ENDING)
		return;
	voice_say(jobs->voice, "reading %s", jobs->file.path);
	if (read_file(jobs) != EXIT_OK)
		voice_say(jobs->voice, "what was applied before stays");
	else if (jobs->confirm.phase >= CONFIRM_WAITS)
		voice_say(jobs->voice, "it waits until what was applied last is confirmed");
	jobs_work(jobs);
}

void jobs_ask(struct jobs *jobs, const struct job *job)
{
	jobs->asked = *job;
	jobs_work(jobs);
}

bool jobs_confirm(struct jobs *jobs)
{
	if (jobs->confirm.phase != CONFIRM_WAITS)
		return false;
	file_confirm(&jobs->file);
	end_confirming(jobs);
	voice_say(jobs->voice, "confirmed");
	return true;
}

static void on_over(void *context)
{
	struct jobs *jobs = context;

	voice_say(jobs->voice, "not confirmed: going back");
	jobs_work(jobs);
}

/* A tunnel that is being changed may be without its connection: that is not left so. */
void jobs_end(struct jobs *jobs, int status)
{
	if (status != EXIT_OK)
		jobs->status = status;
	if (jobs->phase == JOBS_BUSY) {
		voice_say(jobs->voice, "ending as soon as what is under way is whole");
		enter_jobs_phase(jobs, JOBS_ENDING);
	} else {
		enter_jobs_phase(jobs, JOBS_ENDED);
	}
	jobs_refuse(&jobs->asked, APPLY_BROKEN, "the supervisor is ending");
}

/* ---- life ---- */

int jobs_open(struct jobs *jobs, const struct places *places, const char *file, voice_line *voice,
	      uev_ctx_t *loop)
{
	struct keeper *keeper = &jobs->keeper;
	int error;

	*jobs = (struct jobs){.voice = voice,
			      .tracker = tracker_new(),
			      .revival = revival_new(),
			      .tally = tally_new(),
			      .keeper = {.state = {.fd = -1, .lock = -1}}};
	if (!file_open(&jobs->file, file, places->pki, voice) || !jobs->tracker || !jobs->revival ||
	    !jobs->tally) {
		voice_say(voice, "cannot begin: %s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	error = keeper_open(keeper, places, loop, false);
	if (error || *keeper->why)
		voice_say(voice, "%s", keeper->why);
	if (error)
		return EXIT_FAILED;
	if (confirm_open(&jobs->confirm, &keeper->state) != 0) {
		voice_say(voice, "%s", keeper->state.why);
		return EXIT_FAILED;
	}
	jobs->last_apply.at = state_applied(&keeper->state);
	return EXIT_OK;
}

int jobs_watch(struct jobs *jobs, struct vici *vici, void (*done)(void *context), void *context)
{
	uev_ctx_t *loop = jobs->keeper.loop;
	int error = file_watch(&jobs->file, loop, jobs_read_file, jobs);

	jobs->keeper.vici = vici;
	jobs->done = done;
	jobs->context = context;
	return error ? error : confirm_watch(&jobs->confirm, loop, on_over, jobs);
}

/*
 * What was applied with --confirm by one who was killed.  While it can still be confirmed, FILE
 * is not looked at: it is what was before.
 */
static bool take_up_confirming(struct jobs *jobs)
{
	switch (jobs->confirm.phase) {
	case CONFIRM_NOTHING:
		break;
	case CONFIRM_BEGUN:
		confirm_end(&jobs->confirm);
		break;
	case CONFIRM_WAITS:
		voice_say(jobs->voice, "waiting %d s for 'weipsec-apply confirm'",
			  jobs->confirm.seconds);
		return true;
	case CONFIRM_OVER:
		voice_say(jobs->voice, "what was applied before was never confirmed: going back");
		break;
	}
	return false;
}

int jobs_begin(struct jobs *jobs)
{
	int status;

	jobs->keeps = true;
	follow_applied(jobs);
	if (take_up_confirming(jobs))
		return EXIT_OK;
	status = read_file(jobs);
	if (status == EXIT_OK || !jobs->keeper.state.current)
		return status;
	voice_say(jobs->voice, "what was applied before stays");
	return EXIT_OK;
}

void jobs_free(struct jobs *jobs)
{
	free_job(&jobs->now);
	free_job(&jobs->asked);
	file_close(&jobs->file);
	keeper_close(&jobs->keeper);
	tracker_free(jobs->tracker);
	revival_free(jobs->revival);
	tally_free(jobs->tally);
}

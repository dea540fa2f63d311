/* SPDX-License-Identifier: ISC */
/* How the supervisor looks at charon, which comes and goes. */
#include "runtime/supervise/charon.h"

#include "compiler/base/cli.h"
#include "compiler/base/json.h"
#include "runtime/status/status.h"
#include "runtime/status/tally.h"
#include "runtime/supervise/overdue.h"
#include "runtime/system/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Milliseconds. */
#define LOOK_EVERY 2000	   /* at the tunnels */
#define CONNECT_EVERY 1000 /* while charon is away */
#define FRESH 500	   /* that what was seen is shown again without asking */

bool charon_is_there(const struct charon *charon)
{
	return *charon->version;
}

/* ---- looking ---- */

static struct status_whole whole_of(const struct charon *charon)
{
	const struct jobs *jobs = charon->jobs;
	const struct config *applied = jobs->keeper.applied;

	return (struct status_whole){.charon = charon_is_there(charon) ? charon->version : NULL,
				     .generation = jobs->keeper.state.current,
				     .applied = jobs->last_apply.noted
						    ? clock_wall_at(jobs->last_apply.noted)
						    : jobs->last_apply.at,
				     .went_well = jobs->last_apply.went_well,
				     .is_known = jobs->last_apply.is_known,
				     .model = applied ? applied->model : NULL,
				     .target = applied ? &applied->target : NULL};
}

static json_t *make_status(const struct charon *charon)
{
	const struct config *applied = charon->jobs->keeper.applied;
	const struct tracker *tracker = charon->jobs->tracker;
	const struct status_whole whole = whole_of(charon);
	json_t *tunnels = json_array();

	for (size_t i = 0; applied && i < tracker_count(tracker); i++) {
		const struct tunnel *tunnel = applied->model->tunnels[i];
		struct status_summary summary = tracker_summary(tracker, i, &charon->running);
		struct status_notes notes;
		const struct status_seen seen = {
		    .running = running_find(&charon->running, tunnel->id),
		    .summary = &summary,
		    .notes = &notes,
		    .totals = tally_find(charon->jobs->tally, (int)tunnel->id)};

		tracker_tell(tracker, i, true, &notes);
		json_append(&tunnels, status_tunnel(applied->model, i, &seen));
	}
	return status_document(&whole, tunnels);
}

static void answer_waiting(struct charon *charon)
{
	for (size_t i = 0; i < charon->waiting_count; i++)
		control_answer(charon->waiting[i], make_status(charon));
	charon->waiting_count = 0;
}

/* ---- metrics ---- */

/* What of a tunnel shows a change at once; what it counts does not. */
static void mix_tunnel(struct charon *charon, uint64_t *mark, size_t index)
{
	const struct tracker *tracker = charon->jobs->tracker;
	const struct tunnel *tunnel = charon->jobs->keeper.applied->model->tunnels[index];
	const struct tally_totals *totals = tally_find(charon->jobs->tally, (int)tunnel->id);
	struct status_summary summary = tracker_summary(tracker, index, &charon->running);
	struct status_notes notes;

	tracker_tell(tracker, index, true, &notes);
	metrics_file_mix(mark, &summary.state, sizeof(summary.state));
	metrics_file_mix(mark, &notes.why.slug, sizeof(notes.why.slug));
	for (size_t i = 0; i < notes.count; i++)
		metrics_file_mix(mark, &notes.warnings[i].slug, sizeof(notes.warnings[i].slug));
	if (totals)
		metrics_file_mix(mark, &totals->rekeys, sizeof(totals->rekeys));
}

static uint64_t mark_of(struct charon *charon)
{
	const struct status_whole whole = whole_of(charon);
	uint64_t mark = METRICS_FILE_MARK;

	metrics_file_mix(&mark, charon->version, strlen(charon->version));
	metrics_file_mix(&mark, &whole.generation, sizeof(whole.generation));
	metrics_file_mix(&mark, &charon->jobs->last_apply.noted,
			 sizeof(charon->jobs->last_apply.noted));
	for (size_t i = 0; whole.model && i < tracker_count(charon->jobs->tracker); i++)
		mix_tunnel(charon, &mark, i);
	return mark;
}

/* Never in the middle of a look. */
static void keep_metrics(struct charon *charon)
{
	if (charon->metrics.path &&
	    metrics_file_is_due(&charon->metrics, mark_of(charon), clock_now()))
		metrics_file_write(&charon->metrics, make_status(charon));
}

/* ---- looking after tunnels ---- */

/* Starts TUNNEL; what comes of it is seen at the next look. */
static void initiate(struct charon *charon, const struct tunnel *tunnel)
{
	struct vici_message message;
	char name[16];

	vici_message_init(&message);
	snprintf(name, sizeof(name), "tunnel%d", (int)tunnel->id);
	vici_put_text(&message, "child", name);
	snprintf(name, sizeof(name), "ipsec%d", (int)tunnel->id);
	vici_put_text(&message, "ike", name);
	vici_put_text(&message, "timeout", "-1"); /* do not wait */
	vici_call(charon->vici, &(struct vici_call){.command = "initiate",
						    .message = vici_message_slice(&message)});
	vici_message_free(&message);
}

static void put_number(struct vici_message *message, const char *key, long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", number);
	vici_put_text(message, key, text);
}

/* Of charon's IKE_SA with this NUMBER: COMMAND, and KEY says how. */
static void command_sa(struct charon *charon, const char *command, long long number,
		       const char *key)
{
	struct vici_message message;

	vici_message_init(&message);
	put_number(&message, "ike-id", number);
	vici_put_text(&message, key, "yes");
	vici_call(charon->vici,
		  &(struct vici_call){.command = command, .message = vici_message_slice(&message)});
	vici_message_free(&message);
}

/* Makes the IKE_SA of TUNNEL anew if that has to be; true if it was. */
static bool revive_tunnel(struct charon *charon, size_t index, const struct tunnel *tunnel)
{
	struct revival *revival = charon->jobs->revival;
	const struct revival_need need = revival_need(revival, index);
	bool is_known = revival_is_stubborn(revival, index);
	enum revival_step step = revival_next(revival, index, charon->looked);

	if (step == REVIVAL_NOTHING)
		return false;
	if (!is_known)
		voice_say(charon->jobs->voice, "ipsec%d: no new CHILD_SA in %d tries: %s%s",
			  (int)tunnel->id, need.refused,
			  step == REVIVAL_RESTART ? "beginning anew" : "authenticating anew",
			  revival_is_stubborn(revival, index)
			      ? ", and every quarter of an hour from now on"
			      : "");
	if (step == REVIVAL_REAUTHENTICATE) {
		command_sa(charon, "rekey", need.sa, "reauth");
		return true;
	}
	/* at once, without a wait for what the peer says to the delete */
	command_sa(charon, "terminate", need.sa, "force");
	initiate(charon, tunnel);
	return true;
}

/* Ends what TUNNEL has no right to any more; true if there was some. */
static bool end_overdue(struct charon *charon, const struct tunnel *tunnel)
{
	long long sa = overdue_sa(tunnel, running_find(&charon->running, tunnel->id));

	if (!sa)
		return false;
	voice_say(charon->jobs->voice, "ipsec%d: did not authenticate anew in time: ending it",
		  (int)tunnel->id);
	command_sa(charon, "terminate", sa, "force");
	return true;
}

/*
 * Others may unload what is ours, or load over it: charon's own service does, with `swanctl
 * --load-all`, whenever it is started or reloaded.
 */
static bool has_what_is_applied(const struct charon *charon)
{
	const struct keeper *keeper = &charon->jobs->keeper;
	const struct target *target = &keeper->applied->target;
	struct plan plan;
	bool same = !plan_make(&plan, &charon->running, target, target, &keeper->state.suspects) ||
		    plan_is_empty(&plan);

	plan_free(&plan);
	return same;
}

static void start_tunnel(struct charon *charon, size_t index, const struct tunnel *tunnel)
{
	struct tracker *tracker = charon->jobs->tracker;
	bool is_known = tracker_is_stubborn(tracker, index);

	if (!tracker_due(tracker, index, charon->looked))
		return;
	if (!is_known) /* for ever would fill the log */
		voice_say(charon->jobs->voice, "ipsec%d is down: starting it%s", (int)tunnel->id,
			  tracker_is_stubborn(tracker, index) ? ", and once a minute from now on"
							      : "");
	initiate(charon, tunnel);
}

/* Once, when it begins: the status shows it for as long as it lasts. */
static void say_warnings(struct charon *charon)
{
	struct tracker *tracker = charon->jobs->tracker;
	const struct config *applied = charon->jobs->keeper.applied;
	struct status_notes news;

	for (size_t i = 0; applied && i < tracker_count(tracker); i++) {
		tracker_take_news(tracker, i, &news);
		for (size_t at = 0; at < news.count; at++)
			voice_say(charon->jobs->voice, "ipsec%d: %s",
				  (int)applied->model->tunnels[i]->id, news.warnings[at].text);
	}
}

static void look_after_tunnels(struct charon *charon)
{
	const struct config *applied = charon->jobs->keeper.applied;

	if (applied && !charon->jobs->keeps && !has_what_is_applied(charon)) {
		voice_say(charon->jobs->voice, "charon has other than what is applied");
		jobs_keep(charon->jobs);
		return;
	}
	for (size_t i = 0; applied && i < tracker_count(charon->jobs->tracker); i++) {
		const struct tunnel *tunnel = applied->model->tunnels[i];

		if (!end_overdue(charon, tunnel) && !revive_tunnel(charon, i, tunnel))
			start_tunnel(charon, i, tunnel);
	}
}

static void on_running(void *context, const char *why)
{
	struct charon *charon = context;

	charon->looking = false;
	if (!why) {
		charon->looked = clock_now();
		tracker_look(charon->jobs->tracker, &charon->running, charon->addresses,
			     charon->asked, charon->looked);
		revival_look(charon->jobs->revival, &charon->running, charon->asked,
			     charon->looked);
		tally_look(charon->jobs->tally, &charon->running);
		say_warnings(charon);
		keep_metrics(charon);
	}
	answer_waiting(charon);
	if (!why && !jobs_is_busy(charon->jobs))
		look_after_tunnels(charon);
}

static void look_at_tunnels(struct charon *charon)
{
	if (charon->looking || !charon_is_there(charon) || !vici_is_connected(charon->vici))
		return;
	charon->looking = true;
	charon->asked = clock_now();
	charon->looked = 0;
	running_free(&charon->running);
	running_read(&charon->running, charon->vici, on_running, charon);
}

static void on_addresses(void *context)
{
	look_at_tunnels(context);
}

static void on_log(void *context, struct slice message)
{
	struct charon *charon = context;

	tracker_log(charon->jobs->tracker, message, clock_now());
	revival_log(charon->jobs->revival, message, clock_now());
}

static void on_children(void *context, struct slice message)
{
	struct charon *charon = context;

	tally_hear(charon->jobs->tally, message);
}

/* Of charon 6.0.3 and later; others do not know it, and that is all. */
static void on_alert(void *context, struct slice message)
{
	struct charon *charon = context;

	tracker_alert(charon->jobs->tracker, message, clock_now());
}

void charon_answer_status(struct charon *charon, struct control_client *client)
{
	bool fresh = charon->looked && clock_now() - charon->looked < FRESH;

	if (fresh || !charon_is_there(charon) || charon->waiting_count == CHARON_WAITING_MAX) {
		control_answer(client, make_status(charon));
		return;
	}
	charon->waiting[charon->waiting_count++] = client;
	look_at_tunnels(charon);
}

/* ---- charon comes and goes ---- */

static void go_away(struct charon *charon, const char *why)
{
	if (!charon->is_away)
		voice_say(charon->jobs->voice, "%s: %s: waiting for it",
			  charon->jobs->keeper.places->vici, why);
	charon->is_away = true;
}

static void on_lost(void *context, const char *why)
{
	struct charon *charon = context;

	go_away(charon, why);
	charon->version[0] = '\0';
	charon->looking = false;
	charon->looked = 0;
	running_free(&charon->running);
	jobs_lose(charon->jobs);
	answer_waiting(charon);
	keep_metrics(charon);
	uev_timer_set(&charon->beat, CONNECT_EVERY, 0);
}

static void on_version(void *context, enum vici_status status, struct slice message)
{
	struct charon *charon = context;
	struct slice version = vici_get(message, "version");

	if (status == VICI_LATE || status == VICI_LOST) /* on_lost() comes */
		return;
	if (!version.at || !version.length)
		version = (struct slice){"unknown", 7};
	snprintf(charon->version, sizeof(charon->version), "%.*s", (int)version.length, version.at);
	if (charon->is_away)
		voice_say(charon->jobs->voice, "charon is back");
	charon->is_away = false;
	jobs_arrive(charon->jobs);
}

static void connect_charon(struct charon *charon)
{
	const struct vici_call version = {
	    .command = "version", .message = {"", 0}, .reply = on_version, .context = charon};
	int error = vici_connect(charon->vici, charon->jobs->keeper.places->vici);

	if (error) {
		go_away(charon, strerror(error));
		return;
	}
	vici_listen(charon->vici, "log", on_log, NULL, charon);
	vici_listen(charon->vici, "alert", on_alert, NULL, charon);
	vici_listen(charon->vici, "child-updown", on_children, NULL, charon);
	vici_listen(charon->vici, "child-rekey", on_children, NULL, charon);
	if (!vici_call(charon->vici, &version)) /* the next beat begins anew */
		vici_close(charon->vici);
}

/* Others would make a new one, with a lock and a socket of its own, and both would rule charon. */
static bool has_lost_its_folder(const struct charon *charon)
{
	struct stat status;

	return fstat(charon->jobs->keeper.state.fd, &status) == 0 && status.st_nlink == 0;
}

static void on_beat(uev_t *watcher, void *context, int events)
{
	struct charon *charon = context;

	(void)watcher;
	(void)events;
	if (has_lost_its_folder(charon)) {
		voice_say(charon->jobs->voice, "%s has gone: ending, to be started anew",
			  charon->jobs->keeper.places->state_dir);
		jobs_end(charon->jobs, EXIT_FAILED);
		return;
	}
	if (!vici_is_connected(charon->vici)) {
		keep_metrics(charon);
		connect_charon(charon);
	} else {
		jobs_work(charon->jobs);
	}
	if (!jobs_is_busy(charon->jobs))
		look_at_tunnels(charon);
	uev_timer_set(&charon->beat, vici_is_connected(charon->vici) ? LOOK_EVERY : CONNECT_EVERY,
		      0);
}

/* What was seen is no longer so; what is next begins at once. */
static void on_job_done(void *context)
{
	struct charon *charon = context;

	charon->looked = 0;
	uev_timer_set(&charon->beat, 1, 0);
}

int charon_watch(struct charon *charon, struct jobs *jobs, const char *metrics)
{
	uev_ctx_t *loop = jobs->keeper.loop;

	charon->jobs = jobs;
	if (!metrics_file_open(&charon->metrics, metrics, jobs->voice))
		return ENOMEM;
	charon->vici = vici_new(loop, on_lost, charon);
	charon->addresses = addresses_new(loop, on_addresses, charon);
	if (!charon->vici || !charon->addresses ||
	    uev_timer_init(loop, &charon->beat, on_beat, charon, 1, 0) != 0)
		return errno;
	return jobs_watch(jobs, charon->vici, on_job_done, charon);
}

void charon_free(struct charon *charon)
{
	vici_free(charon->vici);
	addresses_free(charon->addresses);
	running_free(&charon->running);
	metrics_file_close(&charon->metrics);
}

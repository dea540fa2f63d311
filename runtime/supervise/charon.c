/* SPDX-License-Identifier: ISC */
/* How the supervisor looks at charon, which comes and goes. */
#include "runtime/supervise/supervisor_parts.h"

#include "compiler/base/json.h"
#include "runtime/status/status.h"
#include "runtime/system/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Milliseconds. */
#define LOOK_EVERY 2000	   /* at the tunnels */
#define CONNECT_EVERY 1000 /* while charon is away */

/* ---- looking ---- */

json_t *supervisor_status(const struct supervisor *supervisor)
{
	const struct config *applied = supervisor->keeper.applied;
	json_t *tunnels = json_array();

	for (size_t i = 0; applied && i < tracker_count(supervisor->tracker); i++) {
		const struct tunnel *tunnel = applied->model->tunnels[i];
		struct status_summary summary =
		    tracker_summary(supervisor->tracker, i, &supervisor->running);

		json_append(&tunnels,
			    status_tunnel(tunnel, running_find(&supervisor->running, tunnel->id),
					  &summary, tracker_why(supervisor->tracker, i)));
	}
	return status_document(*supervisor->version ? supervisor->version : NULL, tunnels);
}

static void answer_waiting(struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->waiting_count; i++)
		control_answer(supervisor->waiting[i], supervisor_status(supervisor));
	supervisor->waiting_count = 0;
}

/* Starts TUNNEL; what comes of it is seen at the next look. */
static void initiate(struct supervisor *supervisor, const struct tunnel *tunnel)
{
	struct vici_message message;
	char name[16];

	vici_message_init(&message);
	snprintf(name, sizeof(name), "tunnel%d", (int)tunnel->id);
	vici_put_text(&message, "child", name);
	snprintf(name, sizeof(name), "ipsec%d", (int)tunnel->id);
	vici_put_text(&message, "ike", name);
	vici_put_text(&message, "timeout", "-1"); /* do not wait */
	vici_call(supervisor->vici, &(struct vici_call){.command = "initiate",
							.message = vici_message_slice(&message)});
	vici_message_free(&message);
}

/*
 * Others may unload what is ours, or load over it: charon's own service does, with `swanctl
 * --load-all`, whenever it is started or reloaded.
 */
static bool has_what_is_applied(const struct supervisor *supervisor)
{
	const struct keeper *keeper = &supervisor->keeper;
	const struct target *target = &keeper->applied->target;
	struct plan plan;
	bool same =
	    !plan_make(&plan, &supervisor->running, target, target, &keeper->state.suspects) ||
	    plan_is_empty(&plan);

	plan_free(&plan);
	return same;
}

static void start(struct supervisor *supervisor, size_t index, const struct tunnel *tunnel)
{
	struct tracker *tracker = supervisor->tracker;
	bool is_known = tracker_is_stubborn(tracker, index);

	if (!tracker_due(tracker, index, supervisor->looked))
		return;
	if (!is_known) /* for ever would fill the log */
		supervisor_tell(
		    supervisor, "ipsec%d is down: starting it%s", (int)tunnel->id,
		    tracker_is_stubborn(tracker, index) ? ", and once a minute from now on" : "");
	initiate(supervisor, tunnel);
}

static void look_after_tunnels(struct supervisor *supervisor)
{
	const struct config *applied = supervisor->keeper.applied;

	if (applied && !supervisor->keeps && !has_what_is_applied(supervisor)) {
		supervisor_tell(supervisor, "charon has other than what is applied");
		supervisor->keeps = true;
		supervisor_work(supervisor);
		return;
	}
	for (size_t i = 0; applied && i < tracker_count(supervisor->tracker); i++)
		start(supervisor, i, applied->model->tunnels[i]);
}

static void on_running(void *context, const char *why)
{
	struct supervisor *supervisor = context;

	supervisor->looking = false;
	if (!why) {
		supervisor->looked = clock_now();
		tracker_look(supervisor->tracker, &supervisor->running, supervisor->addresses,
			     supervisor->looked);
	}
	answer_waiting(supervisor);
	if (!why && !supervisor->now.kind)
		look_after_tunnels(supervisor);
}

void supervisor_look(struct supervisor *supervisor)
{
	if (supervisor->looking || !*supervisor->version || !vici_is_connected(supervisor->vici))
		return;
	supervisor->looking = true;
	supervisor->looked = 0;
	running_free(&supervisor->running);
	running_read(&supervisor->running, supervisor->vici, on_running, supervisor);
}

static void on_addresses(void *context)
{
	supervisor_look(context);
}

static void on_log(void *context, struct slice message)
{
	struct supervisor *supervisor = context;

	tracker_log(supervisor->tracker, message, clock_now());
}

/* ---- charon comes and goes ---- */

static void go_away(struct supervisor *supervisor, const char *why)
{
	if (!supervisor->is_away)
		supervisor_tell(supervisor, "%s: %s: waiting for it", supervisor->places->vici,
				why);
	supervisor->is_away = true;
}

static void on_lost(void *context, const char *why)
{
	struct supervisor *supervisor = context;

	go_away(supervisor, why);
	supervisor->version[0] = '\0';
	supervisor->looking = false;
	supervisor->looked = 0;
	supervisor->keeps = true;
	running_free(&supervisor->running);
	tracker_lose(supervisor->tracker);
	answer_waiting(supervisor);
	supervisor_refuse(&supervisor->asked, APPLY_BROKEN, "charon is out of reach");
	uev_timer_set(&supervisor->beat, CONNECT_EVERY, 0);
}

static void on_version(void *context, enum vici_status status, struct slice message)
{
	struct supervisor *supervisor = context;
	struct slice version = vici_get(message, "version");

	if (status == VICI_LATE || status == VICI_LOST) /* on_lost() comes */
		return;
	if (!version.at || !version.length)
		version = (struct slice){"unknown", 7};
	snprintf(supervisor->version, sizeof(supervisor->version), "%.*s", (int)version.length,
		 version.at);
	if (supervisor->is_away)
		supervisor_tell(supervisor, "charon is back");
	supervisor->is_away = false;
	supervisor->retry_at = 0;
	supervisor_work(supervisor);
}

static void connect_charon(struct supervisor *supervisor)
{
	const struct vici_call version = {
	    .command = "version", .message = {"", 0}, .reply = on_version, .context = supervisor};
	int error = vici_connect(supervisor->vici, supervisor->places->vici);

	if (error) {
		go_away(supervisor, strerror(error));
		return;
	}
	vici_listen(supervisor->vici, "log", on_log, NULL, supervisor);
	vici_call(supervisor->vici, &version);
}

/* Others would make a new one, with a lock and a socket of its own, and both would rule charon. */
static bool has_lost_its_folder(const struct supervisor *supervisor)
{
	struct stat status;

	return fstat(supervisor->keeper.state.fd, &status) == 0 && status.st_nlink == 0;
}

static void on_beat(uev_t *watcher, void *context, int events)
{
	struct supervisor *supervisor = context;

	(void)watcher;
	(void)events;
	if (has_lost_its_folder(supervisor)) {
		supervisor_tell(supervisor, "%s has gone: ending, to be started anew",
				supervisor->places->state_dir);
		supervisor->status = STATUS_FAILED;
		supervisor_end(supervisor);
		return;
	}
	if (!vici_is_connected(supervisor->vici))
		connect_charon(supervisor);
	else
		supervisor_work(supervisor);
	if (!supervisor->now.kind)
		supervisor_look(supervisor);
	uev_timer_set(&supervisor->beat,
		      vici_is_connected(supervisor->vici) ? LOOK_EVERY : CONNECT_EVERY, 0);
}

void supervisor_work_soon(struct supervisor *supervisor)
{
	uev_timer_set(&supervisor->beat, 1, 0);
}

int supervisor_watch_charon(struct supervisor *supervisor)
{
	supervisor->keeps = true;
	supervisor->vici = vici_new(&supervisor->loop, on_lost, supervisor);
	supervisor->keeper.vici = supervisor->vici;
	supervisor->addresses = addresses_new(&supervisor->loop, on_addresses, supervisor);
	if (!supervisor->vici || !supervisor->addresses ||
	    uev_timer_init(&supervisor->loop, &supervisor->beat, on_beat, supervisor, 1, 0) != 0)
		return errno;
	return 0;
}

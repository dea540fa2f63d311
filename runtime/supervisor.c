/* SPDX-License-Identifier: ISC */
#include "runtime/supervisor.h"

#include "compiler/json.h"
#include "compiler/report.h"
#include "runtime/control.h"
#include "runtime/keeper.h"
#include "runtime/notify.h"
#include "runtime/outcome.h"
#include "runtime/tracker.h"
#include "runtime/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Milliseconds. */
#define LOOK_EVERY 2000	   /* at the tunnels */
#define CONNECT_EVERY 1000 /* while charon is away */
#define RETRY_AFTER 5000   /* a transaction that broke */
#define FRESH 500	   /* what was seen is shown again without asking */

static const int signals[] = {SIGTERM, SIGINT, SIGHUP};

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))
#define WAITING_MAX 16 /* clients of status */

struct supervisor {
	const struct setup *setup;
	supervisor_say *say;
	char *file;
	uev_ctx_t loop;
	struct vici *vici;
	char version[64]; /* charon's, while it is there */
	bool was_there;	  /* it is said once that charon is away */
	struct keeper keeper;
	struct control *control;
	struct watch *watch;
	struct addresses *addresses;
	struct tracker *tracker;
	uev_t signals[SIGNALS];
	uev_t beat; /* looks, connects, tries again */
	uev_t watchdog;
	uev_t deadline;
	bool is_ready;

	struct config *pending; /* to be applied as soon as that can be */
	char *pending_file;	/* the FILE that it is, or NULL: the present one */
	bool keeps;		/* charon has to be brought to what is applied */
	int confirm;		/* seconds, of what is pending */
	unsigned before;	/* generation that an unconfirmed one goes back to */
	bool going_back;
	struct control_client *client; /* who asked for the transaction */

	struct running running;
	bool looking;
	long long looked;
	struct control_client *waiting[WAITING_MAX]; /* for a look */
	size_t waiting_count;
};

static void work(struct supervisor *supervisor);

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void say(const struct supervisor *supervisor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(const struct supervisor *supervisor, const char *format, ...)
{
	char line[700];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	supervisor->say(line);
}

/* ---- findings ---- */

/* Each finding is a line of its own, as for an editor. */
static void say_findings(const struct supervisor *supervisor, const char *file,
			 const struct config *config)
{
	const struct report_settings settings = {.format = REPORT_GCC, .version = WEIPSEC_VERSION};
	const struct report_file reported = {
	    .path = file, .findings = &config->compilation->findings, .model = config->model};
	struct report report;
	char *text = NULL, *line, *rest;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	report_begin(&report, &settings, out);
	report_file(&report, &reported);
	report_end(&report);
	fclose(out);
	for (rest = text; rest && (line = strsep(&rest, "\n"));) {
		if (*line)
			say(supervisor, "%s", line);
	}
	free(text);
}

/* ---- what is to be applied ---- */

static void config_delete(struct config *config)
{
	if (config)
		config_free(config);
	free(config);
}

static void answer(struct supervisor *supervisor, json_t *outcome)
{
	if (supervisor->client)
		control_answer(supervisor->client, outcome);
	else
		json_decref(outcome);
	supervisor->client = NULL;
}

static void set_pending(struct supervisor *supervisor, struct config *config, char *file)
{
	config_delete(supervisor->pending);
	free(supervisor->pending_file);
	supervisor->pending = config;
	supervisor->pending_file = file;
	supervisor->confirm = 0;
}

/* FILE as it is now; with errors the old one stays. */
static bool read_file(struct supervisor *supervisor)
{
	struct config *config = calloc(1, sizeof(*config));

	if (!config)
		return false;
	config_read(config, supervisor->file, supervisor->setup->pki);
	if (config->compilation)
		say_findings(supervisor, supervisor->file, config);
	if (*config->why)
		say(supervisor, "%s", config->why);
	if (config->error || config->has_errors) {
		config_delete(config);
		return false;
	}
	set_pending(supervisor, config, NULL);
	return true;
}

static void on_file(void *context)
{
	struct supervisor *supervisor = context;

	say(supervisor, "reading %s", supervisor->file);
	if (read_file(supervisor))
		work(supervisor);
	else
		say(supervisor, "what was applied before stays");
}

static bool watch_file(struct supervisor *supervisor, char *file)
{
	struct watch *watch = watch_new(&supervisor->loop, file, on_file, supervisor);

	if (!watch) {
		say(supervisor, "%s: cannot be watched: %s", file, strerror(errno));
		free(file);
		return false;
	}
	watch_free(supervisor->watch);
	free(supervisor->file);
	supervisor->watch = watch;
	supervisor->file = file;
	return true;
}

/* ---- transactions ---- */

static void ready(struct supervisor *supervisor)
{
	if (supervisor->is_ready)
		return;
	supervisor->is_ready = true;
	notify_send("READY=1\nSTATUS=charon has the configuration");
}

static void follow(struct supervisor *supervisor)
{
	if (supervisor->keeper.applied)
		tracker_follow(supervisor->tracker, supervisor->keeper.applied->model);
}

static void say_plan(const struct supervisor *supervisor)
{
	const struct plan *plan = keeper_plan(&supervisor->keeper);

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind != PLAN_UNCHANGED)
			say(supervisor, "ipsec%d: %s", plan->items[i].id,
			    plan_kind_name(plan->items[i].kind));
	}
}

static void on_deadline(uev_t *watcher, void *context, int events)
{
	struct supervisor *supervisor = context;

	(void)watcher;
	(void)events;
	supervisor->going_back = true;
	work(supervisor);
}

static void begin_deadline(struct supervisor *supervisor)
{
	const struct state_deadline deadline = {time(NULL) + supervisor->confirm,
						supervisor->before};

	if (state_set_deadline(&supervisor->keeper.state, &deadline) != 0)
		say(supervisor, "%s", supervisor->keeper.state.why);
	uev_timer_set(&supervisor->deadline, supervisor->confirm * 1000, 0);
	say(supervisor, "waiting %d s for 'weipsec-apply confirm'", supervisor->confirm);
}

static void end_deadline(struct supervisor *supervisor)
{
	uev_timer_stop(&supervisor->deadline);
	state_clear_deadline(&supervisor->keeper.state);
}

static void note_failure(struct supervisor *supervisor, const struct apply_outcome *outcome)
{
	if (outcome->id >= 0)
		say(supervisor, "ipsec%d: %s", outcome->id, outcome->why);
	else
		say(supervisor, "%s", outcome->why);
	if (outcome->result == APPLY_UNDONE)
		say(supervisor, "what was applied before stays");
	else
		supervisor->keeps = true; /* as soon as charon is there */
}

static void on_done(void *context, const struct apply_outcome *outcome, const struct config *config)
{
	struct supervisor *supervisor = context;

	(void)config;
	if (outcome->result == APPLY_DONE) {
		say_plan(supervisor);
		supervisor->keeps = false;
		follow(supervisor);
		ready(supervisor);
		if (supervisor->confirm)
			begin_deadline(supervisor);
		else if (supervisor->pending_file)
			watch_file(supervisor, supervisor->pending_file);
		if (!supervisor->confirm)
			supervisor->pending_file = NULL;
	} else {
		note_failure(supervisor, outcome);
		free(supervisor->pending_file);
		supervisor->pending_file = NULL;
	}
	supervisor->confirm = 0;
	supervisor->looked = 0;
	answer(supervisor, outcome_json(outcome, keeper_plan(&supervisor->keeper)));
}

static void on_back(void *context, const struct apply_outcome *outcome, const struct config *config)
{
	struct supervisor *supervisor = context;

	if (outcome->result == APPLY_DONE) {
		end_deadline(supervisor);
		say(supervisor, "every tunnel is as it was before");
	}
	on_done(context, outcome, config);
}

static void go_back(struct supervisor *supervisor, unsigned generation)
{
	supervisor->going_back = false;
	if (keeper_go_back(&supervisor->keeper, generation, on_back, supervisor))
		return;
	say(supervisor, "%s", supervisor->keeper.why);
	end_deadline(supervisor);
	answer(supervisor, outcome_refusal(APPLY_BROKEN, supervisor->keeper.why));
}

/* Begins what is to be done next, if anything, and if it can be. */
static void work(struct supervisor *supervisor)
{
	struct keeper *keeper = &supervisor->keeper;
	struct config *config = supervisor->pending;

	if (keeper->busy || !vici_is_connected(supervisor->vici) || !*supervisor->version)
		return;
	if (supervisor->going_back) {
		go_back(supervisor, supervisor->before);
	} else if (config) {
		supervisor->before = keeper->state.current;
		supervisor->pending = NULL;
		keeper_apply(keeper, config, false, on_done, supervisor);
	} else if (supervisor->keeps && keeper->state.current) {
		supervisor->keeps = false;
		if (!keeper_go_back(keeper, keeper->state.current, on_done, supervisor))
			say(supervisor, "%s", keeper->why);
	}
}

/* ---- looking ---- */

static json_t *make_status(const struct supervisor *supervisor)
{
	const struct config *applied = supervisor->keeper.applied;
	json_t *document = status_document(*supervisor->version ? supervisor->version : NULL);
	json_t *tunnels = json_array();

	for (size_t i = 0; applied && i < applied->model->count; i++) {
		const struct tunnel *tunnel = applied->model->tunnels[i];
		struct status_summary summary =
		    tracker_summary(supervisor->tracker, i, &supervisor->running);

		json_append(&tunnels,
			    status_tunnel(tunnel, running_find(&supervisor->running, tunnel->id),
					  &summary, tracker_why(supervisor->tracker, i)));
	}
	json_put(&document, "tunnels", tunnels);
	return document;
}

static void answer_waiting(struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->waiting_count; i++)
		control_answer(supervisor->waiting[i], make_status(supervisor));
	supervisor->waiting_count = 0;
}

/* Starts TUNNEL; what comes of it is seen at the next look. */
static void initiate(struct supervisor *supervisor, const struct tunnel *tunnel)
{
	struct vici_message message;
	char name[16];

	say(supervisor, "ipsec%d is down: starting it", (int)tunnel->id);
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

static void on_running(void *context, const char *why)
{
	struct supervisor *supervisor = context;
	const struct config *applied = supervisor->keeper.applied;

	supervisor->looking = false;
	if (!why) {
		supervisor->looked = now_ms();
		tracker_look(supervisor->tracker, &supervisor->running, supervisor->addresses,
			     supervisor->looked);
	}
	for (size_t i = 0; !why && !supervisor->keeper.busy && applied && i < applied->model->count;
	     i++) {
		if (tracker_due(supervisor->tracker, i, supervisor->looked))
			initiate(supervisor, applied->model->tunnels[i]);
	}
	answer_waiting(supervisor);
}

static void look(struct supervisor *supervisor)
{
	if (supervisor->looking || !vici_is_connected(supervisor->vici))
		return;
	supervisor->looking = true;
	running_free(&supervisor->running);
	running_read(&supervisor->running, supervisor->vici, on_running, supervisor);
}

static void on_addresses(void *context)
{
	look(context);
}

static void on_log(void *context, struct slice message)
{
	struct supervisor *supervisor = context;

	tracker_log(supervisor->tracker, message, now_ms());
}

/* ---- charon comes and goes ---- */

static void on_lost(void *context, const char *why)
{
	struct supervisor *supervisor = context;

	say(supervisor, "%s", why);
	supervisor->version[0] = '\0';
	supervisor->looking = false;
	supervisor->keeps = true;
	running_free(&supervisor->running);
	answer_waiting(supervisor);
	uev_timer_set(&supervisor->beat, CONNECT_EVERY, 0);
}

static void on_version(void *context, enum vici_status status, struct slice message)
{
	struct supervisor *supervisor = context;
	struct slice version = vici_get(message, "version");

	if (status != VICI_DONE || !version.at)
		return;
	snprintf(supervisor->version, sizeof(supervisor->version), "%.*s", (int)version.length,
		 version.at);
	work(supervisor);
}

static void connect_charon(struct supervisor *supervisor)
{
	const struct vici_call version = {
	    .command = "version", .message = {"", 0}, .reply = on_version, .context = supervisor};
	int error = vici_connect(supervisor->vici, supervisor->setup->vici);

	if (error && supervisor->was_there)
		say(supervisor, "%s: %s: waiting for charon", supervisor->setup->vici,
		    strerror(error));
	supervisor->was_there = !error;
	if (error)
		return;
	vici_listen(supervisor->vici, "log", on_log, NULL, supervisor);
	vici_call(supervisor->vici, &version);
}

static void on_beat(uev_t *watcher, void *context, int events)
{
	struct supervisor *supervisor = context;

	(void)watcher;
	(void)events;
	if (!vici_is_connected(supervisor->vici)) {
		connect_charon(supervisor);
	} else {
		work(supervisor);
		if (!supervisor->keeper.busy)
			look(supervisor);
	}
	uev_timer_set(&supervisor->beat,
		      vici_is_connected(supervisor->vici) ? LOOK_EVERY : CONNECT_EVERY, 0);
}

/* ---- requests ---- */

static void request_apply(struct supervisor *supervisor, struct control_client *client,
			  const json_t *request)
{
	const json_t *document = json_object_get(request, "document");
	const char *file = json_string_value(json_object_get(request, "file"));
	struct config *config = calloc(1, sizeof(*config));
	char *name = file ? strdup(file) : NULL;

	if (!config || !json_is_string(document) || (file && !name)) {
		control_answer(client, outcome_refusal(APPLY_BROKEN, "no configuration"));
		free(config);
		free(name);
		return;
	}
	config_read_text(
	    config,
	    text_new("agent.xml", json_string_value(document), json_string_length(document)),
	    supervisor->setup->pki);
	if (*config->why) {
		control_answer(client, outcome_refusal(APPLY_BROKEN, config->why));
		config_delete(config);
		free(name);
		return;
	}
	supervisor->client = client;
	set_pending(supervisor, config, name);
	supervisor->confirm = (int)json_integer_value(json_object_get(request, "confirm"));
	work(supervisor);
}

static void request_confirm(struct supervisor *supervisor, struct control_client *client)
{
	const struct apply_outcome done = {.result = APPLY_DONE, .id = -1};

	if (!state_get_deadline(&supervisor->keeper.state).time) {
		control_answer(client,
			       outcome_refusal(APPLY_UNDONE, "nothing waits to be confirmed"));
		return;
	}
	end_deadline(supervisor);
	if (supervisor->pending_file)
		watch_file(supervisor, supervisor->pending_file);
	supervisor->pending_file = NULL;
	control_answer(client, outcome_json(&done, NULL));
}

static void request_rollback(struct supervisor *supervisor, struct control_client *client)
{
	struct state_deadline deadline = state_get_deadline(&supervisor->keeper.state);

	supervisor->before =
	    deadline.time ? deadline.generation : state_previous(&supervisor->keeper.state);
	if (!deadline.time && !supervisor->before) {
		control_answer(client,
			       outcome_refusal(APPLY_UNDONE, "there is nothing to go back to"));
		return;
	}
	supervisor->client = client;
	supervisor->going_back = true;
	work(supervisor);
}

static void request_status(struct supervisor *supervisor, struct control_client *client)
{
	bool fresh = supervisor->looked && now_ms() - supervisor->looked < FRESH;

	if (fresh || !vici_is_connected(supervisor->vici) ||
	    supervisor->waiting_count == WAITING_MAX) {
		control_answer(client, make_status(supervisor));
		return;
	}
	supervisor->waiting[supervisor->waiting_count++] = client;
	look(supervisor);
}

static void on_request(void *context, struct control_client *client, json_t *request)
{
	struct supervisor *supervisor = context;
	const char *command = json_string_value(json_object_get(request, "command"));

	if (command && strcmp(command, "status") == 0)
		request_status(supervisor, client);
	else if (!vici_is_connected(supervisor->vici))
		control_answer(client, outcome_refusal(APPLY_BROKEN, "charon is out of reach"));
	else if (supervisor->client || supervisor->keeper.busy)
		control_answer(client, outcome_refusal(APPLY_BROKEN, "another apply is at work"));
	else if (command && strcmp(command, "apply") == 0)
		request_apply(supervisor, client, request);
	else if (command && strcmp(command, "confirm") == 0)
		request_confirm(supervisor, client);
	else if (command && strcmp(command, "rollback") == 0)
		request_rollback(supervisor, client);
	else
		control_answer(client, outcome_refusal(APPLY_BROKEN, "no such command"));
}

/* ---- life ---- */

static void on_signal(uev_t *watcher, void *context, int events)
{
	struct supervisor *supervisor = context;

	(void)events;
	if (watcher->signo == SIGHUP)
		on_file(supervisor);
	else
		uev_exit(&supervisor->loop);
}

static void on_watchdog(uev_t *watcher, void *context, int events)
{
	(void)watcher;
	(void)context;
	(void)events;
	notify_send("WATCHDOG=1");
}

static bool begin_watchers(struct supervisor *supervisor)
{
	int watchdog = notify_watchdog();

	for (size_t i = 0; i < SIGNALS; i++) {
		if (uev_signal_init(&supervisor->loop, &supervisor->signals[i], on_signal,
				    supervisor, signals[i]) != 0)
			return false;
	}
	supervisor->vici = vici_new(&supervisor->loop, on_lost, supervisor);
	supervisor->keeper.vici = supervisor->vici;
	supervisor->control =
	    control_new(&supervisor->loop, supervisor->keeper.state.fd, on_request, supervisor);
	supervisor->addresses = addresses_new(&supervisor->loop, on_addresses, supervisor);
	return supervisor->vici && supervisor->control && supervisor->addresses &&
	       uev_timer_init(&supervisor->loop, &supervisor->beat, on_beat, supervisor, 1, 0) ==
		   0 &&
	       uev_timer_init(&supervisor->loop, &supervisor->deadline, on_deadline, supervisor, 0,
			      0) == 0 &&
	       uev_timer_init(&supervisor->loop, &supervisor->watchdog, on_watchdog, supervisor,
			      watchdog, watchdog) == 0;
}

/* What was applied with a confirmation that never came goes back first. */
static void take_up_deadline(struct supervisor *supervisor)
{
	struct state_deadline deadline = state_get_deadline(&supervisor->keeper.state);

	if (!deadline.time)
		return;
	say(supervisor, "what was applied before was never confirmed: going back");
	supervisor->before = deadline.generation;
	supervisor->going_back = true;
}

static int begin(struct supervisor *supervisor, const char *file)
{
	char *name = realpath(file, NULL);
	int error =
	    uev_init(&supervisor->loop) == 0
		? keeper_open(&supervisor->keeper, supervisor->setup, &supervisor->loop, false)
		: errno;

	if (error || !name || !supervisor->tracker) {
		say(supervisor, "%s",
		    error ? supervisor->keeper.why : strerror(name ? ENOMEM : errno));
		free(name);
		return STATUS_FAILED;
	}
	if (!begin_watchers(supervisor)) {
		say(supervisor, "cannot begin: %s", strerror(errno));
		free(name);
		return STATUS_FAILED;
	}
	if (!watch_file(supervisor, name))
		return STATUS_FAILED;
	follow(supervisor);
	take_up_deadline(supervisor);
	supervisor->was_there = true;
	supervisor->keeps = true;
	if (read_file(supervisor))
		return STATUS_OK;
	if (!supervisor->keeper.state.current)
		return STATUS_FINDINGS;
	say(supervisor, "what was applied before stays");
	return STATUS_OK;
}

struct supervisor *supervisor_new(const struct setup *setup, const char *file, supervisor_say *teller,
				  int *status)
{
	struct supervisor *supervisor = calloc(1, sizeof(*supervisor));

	*status = STATUS_FAILED;
	if (!supervisor)
		return NULL;
	supervisor->setup = setup;
	supervisor->say = teller;
	supervisor->keeper.state.fd = supervisor->keeper.state.lock = -1;
	supervisor->tracker = tracker_new();
	*status = begin(supervisor, file);
	if (*status == STATUS_OK)
		return supervisor;
	supervisor_free(supervisor);
	return NULL;
}

void supervisor_run(struct supervisor *supervisor)
{
	uev_run(&supervisor->loop, 0);
	notify_send("STOPPING=1");
}

void supervisor_free(struct supervisor *supervisor)
{
	if (!supervisor)
		return;
	vici_free(supervisor->vici);
	control_free(supervisor->control);
	watch_free(supervisor->watch);
	addresses_free(supervisor->addresses);
	running_free(&supervisor->running);
	set_pending(supervisor, NULL, NULL);
	keeper_close(&supervisor->keeper);
	tracker_free(supervisor->tracker);
	free(supervisor->file);
	free(supervisor);
}

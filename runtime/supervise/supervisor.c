/* SPDX-License-Identifier: ISC */
/* The supervisor's life, and its FILE. */
#include "runtime/supervise/supervisor_parts.h"

#include "compiler/report/report.h"
#include "runtime/system/notify.h"
#include "runtime/system/privilege.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const int signals[] = {SIGTERM, SIGINT, SIGHUP};

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

_Static_assert(SIGNALS == sizeof((struct supervisor){0}.signals) / sizeof(uev_t),
	       "a watcher for each signal");

void supervisor_tell(const struct supervisor *supervisor, const char *format, ...)
{
	char line[700];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	supervisor->say(line);
}

/* ---- FILE ---- */

/* Each finding is a line of its own, as for an editor. */
static void say_findings(const struct supervisor *supervisor, const struct config *config)
{
	const struct report_settings settings = {.writer = &report_writer_gcc,
						 .version = WEIPSEC_VERSION};
	const struct report_file reported = {.path = supervisor->file,
					     .findings = &config->compilation->findings,
					     .model = config->model};
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
			supervisor_tell(supervisor, "%s", line);
	}
	free(text);
}

static void forget_fresh(struct supervisor *supervisor)
{
	if (supervisor->fresh)
		config_free(supervisor->fresh);
	free(supervisor->fresh);
	supervisor->fresh = NULL;
}

bool supervisor_can_keep_to(const char *file)
{
	struct stat status;

	return stat(file, &status) == 0 && S_ISREG(status.st_mode);
}

int supervisor_read_file(struct supervisor *supervisor)
{
	int status;
	struct config *config;

	forget_fresh(supervisor);
	supervisor->rereads = false;
	if (access(supervisor->file, F_OK) == 0 && !supervisor_can_keep_to(supervisor->file)) {
		supervisor_tell(supervisor, "%s: is no regular file", supervisor->file);
		return STATUS_FAILED;
	}
	config = calloc(1, sizeof(*config));
	if (!config)
		return STATUS_FAILED;
	config_read(config, supervisor->file, supervisor->places->pki);
	if (config->compilation)
		say_findings(supervisor, config);
	if (*config->why)
		supervisor_tell(supervisor, "%s", config->why);
	if (!config->error && !config->has_errors) {
		supervisor->fresh = config;
		return STATUS_OK;
	}
	status = config->error ? STATUS_FAILED : STATUS_FINDINGS;
	config_free(config);
	free(config);
	return status;
}

static void on_file(void *context)
{
	struct supervisor *supervisor = context;

	if (supervisor->ends)
		return;
	supervisor_tell(supervisor, "reading %s", supervisor->file);
	if (supervisor_read_file(supervisor) != STATUS_OK)
		supervisor_tell(supervisor, "what was applied before stays");
	else if (supervisor->unconfirmed)
		supervisor_tell(supervisor, "it waits until what was applied last is confirmed");
	supervisor_work(supervisor);
}

void supervisor_take_file(struct supervisor *supervisor, char *file)
{
	free(supervisor->file);
	supervisor->file = file;
	forget_fresh(supervisor);
	supervisor->rereads = false;
	watch_file(supervisor->watch, file);
}

/* ---- life ---- */

/* A tunnel that is being changed may be without its connection: that is not left so. */
void supervisor_end(struct supervisor *supervisor)
{
	if (!supervisor->now.kind || supervisor->ends)
		uev_exit(&supervisor->loop);
	else
		supervisor_tell(supervisor, "ending as soon as what is under way is whole");
	supervisor->ends = true;
	supervisor_refuse(&supervisor->asked, APPLY_BROKEN, "the supervisor is ending");
}

static void on_signal(uev_t *watcher, void *context, int events)
{
	struct supervisor *supervisor = context;

	(void)events;
	if (watcher->signo != SIGHUP) {
		supervisor_end(supervisor);
		return;
	}
	on_file(supervisor);
	if (supervisor->is_ready) /* finit, where it comes from, takes that back until told again */
		notify_send("READY=1");
}

static void on_watchdog(uev_t *watcher, void *context, int events)
{
	(void)watcher;
	(void)context;
	(void)events;
	notify_send("WATCHDOG=1");
}

static void on_deadline(uev_t *watcher, void *context, int events)
{
	struct supervisor *supervisor = context;

	(void)watcher;
	(void)events;
	supervisor_tell(supervisor, "not confirmed: going back");
	supervisor->goes_back = true;
	supervisor_work(supervisor);
}

/* 0 or errno. */
static int begin_watchers(struct supervisor *supervisor)
{
	uev_ctx_t *loop = &supervisor->loop;
	int watchdog = notify_watchdog();

	for (size_t i = 0; i < SIGNALS; i++) {
		if (uev_signal_init(loop, &supervisor->signals[i], on_signal, supervisor,
				    signals[i]) != 0)
			return errno;
	}
	supervisor->control =
	    control_new(loop, supervisor->keeper.state.fd, supervisor_request, supervisor);
	supervisor->watch = watch_new(loop, supervisor->file, on_file, supervisor);
	if (!supervisor->control || !supervisor->watch ||
	    uev_timer_init(loop, &supervisor->deadline, on_deadline, supervisor, 0, 0) != 0 ||
	    uev_timer_init(loop, &supervisor->watchdog, on_watchdog, supervisor, watchdog,
			   watchdog) != 0)
		return errno;
	return supervisor_watch_charon(supervisor);
}

/*
 * What was applied with --confirm by one who was killed.  While it can still be confirmed, FILE
 * is not looked at: it is what was before.
 */
static bool take_up_deadline(struct supervisor *supervisor)
{
	struct state_deadline deadline = state_get_deadline(&supervisor->keeper.state);

	if (!deadline.is_set)
		return false;
	if (deadline.generation == supervisor->keeper.state.current) { /* it had only begun */
		state_clear_deadline(&supervisor->keeper.state);
		return false;
	}
	supervisor->before = deadline.generation;
	supervisor->unconfirmed = true;
	if (deadline.left) {
		supervisor_tell(supervisor, "waiting %d s for 'weipsec-apply confirm'",
				deadline.left);
		supervisor_set_deadline(supervisor, deadline.left);
		return true;
	}
	supervisor_tell(supervisor, "what was applied before was never confirmed: going back");
	supervisor->goes_back = true;
	return false;
}

static int begin(struct supervisor *supervisor)
{
	struct keeper *keeper = &supervisor->keeper;
	int error = keeper_open(keeper, supervisor->places, &supervisor->loop, false);
	int status;

	if (error || *keeper->why)
		supervisor_tell(supervisor, "%s", keeper->why);
	if (error)
		return STATUS_FAILED;
	error = begin_watchers(supervisor);
	if (!error)
		error = privilege_drop();
	if (error) {
		supervisor_tell(supervisor, "cannot begin: %s", strerror(error));
		return STATUS_FAILED;
	}
	tracker_follow(supervisor->tracker, keeper->applied ? keeper->applied->model : NULL);
	if (take_up_deadline(supervisor))
		return STATUS_OK;
	status = supervisor_read_file(supervisor);
	if (status == STATUS_OK || !keeper->state.current)
		return status;
	supervisor_tell(supervisor, "what was applied before stays");
	return STATUS_OK;
}

struct supervisor *supervisor_new(const struct places *places, const char *file,
				  supervisor_say *say, int *status)
{
	struct supervisor *supervisor = calloc(1, sizeof(*supervisor));

	*status = STATUS_FAILED;
	if (!supervisor)
		return NULL;
	supervisor->places = places;
	supervisor->say = say;
	supervisor->keeper.state.fd = supervisor->keeper.state.lock = -1;
	supervisor->tracker = tracker_new();
	supervisor->file = strdup(file);
	if (supervisor->tracker && supervisor->file && uev_init(&supervisor->loop) == 0)
		*status = begin(supervisor);
	else
		supervisor_tell(supervisor, "cannot begin: %s", strerror(errno));
	if (*status == STATUS_OK)
		return supervisor;
	supervisor_free(supervisor);
	return NULL;
}

int supervisor_run(struct supervisor *supervisor)
{
	uev_run(&supervisor->loop, 0);
	notify_send("STOPPING=1");
	return supervisor->status;
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
	supervisor_free_job(&supervisor->now);
	supervisor_free_job(&supervisor->asked);
	forget_fresh(supervisor);
	keeper_close(&supervisor->keeper);
	tracker_free(supervisor->tracker);
	free(supervisor->confirmed_file);
	free(supervisor->file);
	free(supervisor);
}

/* SPDX-License-Identifier: ISC */
/* The supervisor's life: what it is made of, its signals, and whoever watches over it. */
#include "runtime/supervise/supervisor.h"

#include "compiler/base/cli.h"
#include "runtime/supervise/requests.h"
#include "runtime/system/eventloop.h"
#include "runtime/system/notify.h"
#include "runtime/system/privilege.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const int signals[] = {SIGTERM, SIGINT, SIGHUP};

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

struct supervisor {
	uev_ctx_t loop;
	struct jobs jobs;
	struct charon charon;
	struct requests requests;
	uev_t signals[SIGNALS];
	uev_t watchdog;
};

static void on_signal(uev_t *watcher, void *context, int events)
{
	struct supervisor *supervisor = context;

	(void)events;
	if (watcher->signo != SIGHUP) {
		jobs_end(&supervisor->jobs, EXIT_OK);
		return;
	}
	jobs_read_file(&supervisor->jobs);
	if (supervisor->jobs
		.is_ready) /* finit, where it comes from, takes that back until told again */
		notify_send("READY=1");
}

static void on_watchdog(uev_t *watcher, void *context, int events)
{
	int watchdog = notify_watchdog();

	(void)context;
	if (events & (int)UEV_ERROR) /* libuEv has closed the timer */
		uev_timer_set(watcher, watchdog, watchdog);
	notify_send("WATCHDOG=1");
}

/* 0 or errno. */
static int begin_watchers(struct supervisor *supervisor, const char *metrics)
{
	uev_ctx_t *loop = &supervisor->loop;
	int watchdog = notify_watchdog(), error;

	for (size_t i = 0; i < SIGNALS; i++) {
		if (uev_signal_init(loop, &supervisor->signals[i], on_signal, supervisor,
				    signals[i]) != 0)
			return errno;
	}
	if (uev_timer_init(loop, &supervisor->watchdog, on_watchdog, supervisor, watchdog,
			   watchdog) != 0)
		return errno;
	error = requests_listen(&supervisor->requests, &supervisor->jobs, &supervisor->charon);
	return error ? error : charon_watch(&supervisor->charon, &supervisor->jobs, metrics);
}

static int begin_supervising(struct supervisor *supervisor, const char *metrics)
{
	int error = begin_watchers(supervisor, metrics);

	if (!error)
		error = privilege_drop();
	if (!error)
		return jobs_begin(&supervisor->jobs);
	voice_say(supervisor->jobs.voice, "cannot begin: %s", strerror(error));
	return EXIT_FAILED;
}

struct supervisor *supervisor_new(const struct places *places, const struct supervised *files,
				  voice_line *voice, int *status)
{
	struct supervisor *supervisor = calloc(1, sizeof(*supervisor));

	*status = EXIT_FAILED;
	if (!supervisor)
		return NULL;
	if (uev_init(&supervisor->loop) != 0) {
		voice_say(voice, "cannot begin: %s", strerror(errno));
		free(supervisor);
		return NULL;
	}
	*status = jobs_open(&supervisor->jobs, places, files->file, voice, &supervisor->loop);
	if (*status == EXIT_OK)
		*status = begin_supervising(supervisor, files->metrics);
	if (*status == EXIT_OK)
		return supervisor;
	supervisor_free(supervisor);
	return NULL;
}

int supervisor_run(struct supervisor *supervisor)
{
	int error = eventloop_run(&supervisor->loop);

	notify_send("STOPPING=1");
	if (!error)
		return supervisor->jobs.status;
	voice_say(supervisor->jobs.voice, "cannot go on: %s", strerror(error));
	return EXIT_FAILED;
}

/* charon first: what is under way ends with it, and is answered. */
void supervisor_free(struct supervisor *supervisor)
{
	if (!supervisor)
		return;
	charon_free(&supervisor->charon);
	requests_free(&supervisor->requests);
	jobs_free(&supervisor->jobs);
	free(supervisor);
}

/* SPDX-License-Identifier: ISC */
#include "runtime/command/view.h"

#include "compiler/base/json.h"
#include "runtime/command/setup.h"
#include "runtime/status/status.h"
#include "runtime/status/tracker.h"
#include "runtime/system/control.h"
#include "runtime/system/eventloop.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUPERVISOR_TIME 15 /* seconds; it waits 10 for charon itself */

/* An exchange that is open longer than charon waits for an answer is being retransmitted. */
#define WAIT_STEP 250 /* milliseconds */
#define WAIT_STEPS 17 /* 4.25 s: charon.retransmit_timeout is 4 s */

struct viewing {
	struct view *view;
	const struct places *places;
	struct state state;
	uev_ctx_t loop;
	uev_t timer;
	struct vici *vici;
	struct addresses *addresses;
	struct tracker *tracker;
	char version[64]; /* charon's; "": out of reach */
	bool *waits;	  /* by tunnel: since the first look */
	int steps;
};

/* ---- asking charon ---- */

/* A tunnel that waited in every look so far may be retransmitting; one that did not is not. */
static bool still_waits(struct viewing *viewing)
{
	const struct model *model = viewing->view->applied.model;
	bool any = false;

	for (size_t i = 0; model && i < model->count; i++) {
		struct status_summary summary =
		    status_of(running_find(&viewing->view->running, model->tunnels[i]->id));

		viewing->waits[i] = summary.waits && (viewing->steps == 0 || viewing->waits[i]);
		any = any || viewing->waits[i];
	}
	return any;
}

static void on_running(void *context, const char *why)
{
	struct viewing *viewing = context;
	struct view *view = viewing->view;

	if (why)
		snprintf(view->why, sizeof(view->why), "%.100s: %.100s", viewing->places->vici,
			 why);
	if (!why && !view->document && still_waits(viewing) && viewing->steps++ < WAIT_STEPS)
		uev_timer_set(&viewing->timer, WAIT_STEP, 0);
	else
		uev_exit(&viewing->loop);
}

static void look_at_charon(uev_t *watcher, void *context, int events)
{
	struct viewing *viewing = context;

	(void)watcher;
	(void)events;
	running_free(&viewing->view->running);
	running_read(&viewing->view->running, viewing->vici, on_running, viewing);
}

static void on_version(void *context, enum vici_status status, struct slice message)
{
	struct viewing *viewing = context;
	struct slice version = vici_get(message, "version");

	if (status != VICI_DONE)
		return;
	if (!version.at || !version.length)
		version = (struct slice){"unknown", 7};
	snprintf(viewing->version, sizeof(viewing->version), "%.*s", (int)version.length,
		 version.at);
}

/* They are there before charon has answered; if not, nothing is said of them. */
static void on_addresses(void *context)
{
	(void)context;
}

static int ask_charon(struct viewing *viewing)
{
	const struct vici_call version = {
	    .command = "version", .message = {"", 0}, .reply = on_version, .context = viewing};
	int error;

	if (uev_init(&viewing->loop) != 0 ||
	    uev_timer_init(&viewing->loop, &viewing->timer, look_at_charon, viewing, 1, 0) != 0)
		return cli_written(EXIT_OK, "event loop", errno);
	viewing->addresses = addresses_new(&viewing->loop, on_addresses, NULL);
	viewing->vici = vici_new(&viewing->loop, NULL, NULL);
	if (!viewing->vici || !viewing->addresses)
		return cli_written(EXIT_OK, "status", errno);
	error = vici_connect(viewing->vici, viewing->places->vici);
	if (error)
		uev_exit(&viewing->loop); /* running it would have ended it */
	if (error) {
		snprintf(viewing->view->why, sizeof(viewing->view->why), "%.100s: %.60s: %s",
			 viewing->places->vici, strerror(error), setup_hint(error));
		return EXIT_OK;
	}
	vici_call(viewing->vici, &version);
	return cli_written(EXIT_OK, "event loop", eventloop_run(&viewing->loop));
}

/* ---- what is known ---- */

/* The supervisor knows more than charon can be asked, above all why. */
static void ask_supervisor(struct viewing *viewing)
{
	json_t *answer = control_ask(viewing->state.fd, json_pack("{s:s}", "command", "status"),
				     SUPERVISOR_TIME);

	if (!answer && errno == ETIMEDOUT)
		cli_complain("%s: the supervisor does not answer", viewing->places->state_dir);
	/* an apply that waits for its confirmation listens too, and knows nothing of this */
	if (json_is_array(json_object_get(answer, "tunnels")))
		viewing->view->document = answer;
	else
		json_decref(answer);
}

/* What charon says at this moment; what it has logged is gone. */
static json_t *make_tunnel(const struct viewing *viewing, size_t index)
{
	const struct running *running = &viewing->view->running;
	const struct model *model = viewing->view->applied.model;
	const struct tunnel *tunnel = model->tunnels[index];
	struct status_summary summary = tracker_summary(viewing->tracker, index, running);
	const struct cause silence = {.reason = REASON_NO_ANSWER};
	struct status_notes notes;

	tracker_tell(viewing->tracker, index, false, &notes);
	if (viewing->waits[index]) {
		summary.state = TUNNEL_RETRANSMISSION;
		note_make(&notes.why, &silence, model, tunnel);
		notes.count = 0;
	}
	return status_tunnel(model, index,
			     &(struct status_seen){.running = running_find(running, tunnel->id),
						   .summary = &summary,
						   .notes = &notes});
}

/* Of what was applied; what of it cannot be read any more is not shown. */
static const struct target *read_target(struct viewing *viewing)
{
	struct target *target = &viewing->view->applied.target;
	char *pki = state_pki(&viewing->state, viewing->state.current);

	if (!pki || target_init(target, viewing->view->applied.model, pki, true) != 0)
		target_free(target);
	free(pki);
	return target;
}

static json_t *make_document(struct viewing *viewing)
{
	const struct model *model = viewing->view->applied.model;
	bool reached = !*viewing->view->why;
	const struct status_whole whole = {.charon = reached ? viewing->version : NULL,
					   .generation = viewing->state.current,
					   .applied = state_applied(&viewing->state),
					   .is_known = state_has_suspects(&viewing->state),
					   .model = model,
					   .target = model ? read_target(viewing) : NULL};
	json_t *tunnels = json_array();

	tracker_follow(viewing->tracker, model, NULL);
	if (reached)
		tracker_look(viewing->tracker, &viewing->view->running, viewing->addresses, 0,
			     0);
	for (size_t i = 0; i < tracker_count(viewing->tracker); i++)
		json_append(&tunnels, make_tunnel(viewing, i));
	return status_document(&whole, tunnels);
}

/* Only the tunnel that is wanted stays in DOCUMENT. */
static int select_tunnel(json_t *document, int wanted)
{
	json_t *tunnels = json_object_get(document, "tunnels");

	for (size_t i = json_array_size(tunnels); wanted != VIEW_ALL && i-- > 0;) {
		const json_t *id = json_object_get(json_array_get(tunnels, i), "id");

		if (json_integer_value(id) != wanted)
			json_array_remove(tunnels, i);
	}
	if (wanted == VIEW_ALL || json_array_size(tunnels))
		return EXIT_OK;
	cli_complain("there is no 'ipsec %d' in what is applied", wanted);
	return EXIT_FINDINGS;
}

static int prepare(struct viewing *viewing)
{
	const struct model *model = viewing->view->applied.model;

	viewing->waits = calloc(model ? model->count + 1 : 1, sizeof(*viewing->waits));
	viewing->tracker = tracker_new();
	return viewing->waits && viewing->tracker ? EXIT_OK
						  : cli_written(EXIT_OK, "status", ENOMEM);
}

/* Of what is applied; without any the document says that, and whether charon answers. */
static int take_document(struct viewing *viewing, int id, bool details)
{
	struct view *view = viewing->view;
	int status = prepare(viewing);

	if (status != EXIT_OK)
		return status;
	ask_supervisor(viewing);
	if (!view->document || details)
		status = ask_charon(viewing);
	if (status != EXIT_OK)
		return status;
	if (!view->document)
		view->document = make_document(viewing);
	else if (!json_is_object(json_object_get(view->document, "charon")) && !*view->why)
		snprintf(view->why, sizeof(view->why), "%.100s: charon is out of reach",
			 viewing->places->vici);
	if (!view->document)
		return cli_written(EXIT_OK, "status", ENOMEM);
	return select_tunnel(view->document, id);
}

static int take_view(struct viewing *viewing, int id, enum view_part part)
{
	int status = setup_read_applied(viewing->places, &viewing->state, &viewing->view->applied);
	bool is_empty = status == EXIT_FINDINGS && part == VIEW_DOCUMENT && id == VIEW_ALL;
	int taken;

	if (status != EXIT_OK && !is_empty)
		return status;
	assert(is_empty || viewing->view->applied.model);
	taken = take_document(viewing, id, part == VIEW_DETAILS);
	return taken == EXIT_OK ? status : taken;
}

int view_take(struct view *view, const struct places *places, int id, enum view_part part)
{
	struct viewing viewing = {.view = view, .places = places, .state = {.fd = -1, .lock = -1}};
	int status;

	*view = (struct view){0};
	status = take_view(&viewing, id, part);
	vici_free(viewing.vici);
	addresses_free(viewing.addresses);
	tracker_free(viewing.tracker);
	state_close(&viewing.state);
	free(viewing.waits);
	return status;
}

void view_free(struct view *view)
{
	json_decref(view->document);
	running_free(&view->running);
	config_free(&view->applied);
	*view = (struct view){0};
}

/* SPDX-License-Identifier: ISC */
/*
 * What charon may say.  An even first byte: the rest is what comes through the socket while the
 * client reads what charon has, and its parts are shown.  An odd one: the rest is one message,
 * which is shown if it is sound.  Each call has one reply, whatever comes; what is shown can move
 * no terminal; and no message is too odd for JSON.
 */
#include "compiler/compilation/compilation.h"
#include "runtime/status/layout.h"
#include "runtime/status/status.h"
#include "runtime/status/tracker.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char tunnels[] = "tunnel\n"
			      "ipsec 1\n"
			      "peer 192.0.2.1\n"
			      "secret plant-plant-plant\n"
			      "initiator\n"
			      "end\n"
			      "end\n";

/* ---- showing ---- */

static void check_text(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert((unsigned char)bytes[i] >= 0x20 || bytes[i] == '\n');
}

static void show_text(const struct model *model, const struct running_tunnel *tunnel)
{
	const struct slice name = {"ipsec1", 6};
	char *bytes = NULL;
	size_t size = 0;
	struct layout to = {.out = open_memstream(&bytes, &size), .model = model};

	assert(to.out);
	for (const struct running_sa *sa = tunnel->sas; sa; sa = sa->next)
		layout_sa(&to, name, sa->section);
	layout_connection(&to, name, tunnel->connection);
	fclose(to.out);
	check_text(bytes, size);
	free(bytes);
}

static void show_json(const struct model *of, const struct running_tunnel *tunnel,
		      const struct status_notes *notes)
{
	struct status_summary summary = status_of(tunnel);
	json_t *json = status_tunnel(
	    of, 0,
	    &(struct status_seen){.running = tunnel, .summary = &summary, .notes = notes});
	char *dump = json ? json_dumps(json, 0) : NULL;

	assert(dump);
	free(dump);
	json_decref(json);
}

static void show(const struct model *model, const struct running *running, struct slice log)
{
	struct tracker *tracker = tracker_new();
	struct status_notes notes = {0};

	assert(tracker);
	tracker_follow(tracker, model, NULL);
	tracker_log(tracker, log, 1000);
	tracker_look(tracker, running, NULL, 9000, 9000);
	tracker_summary(tracker, 0, running);
	tracker_tell(tracker, 0, true, &notes);
	tracker_take_news(tracker, 0, &notes);
	tracker_due(tracker, 0, 10000);
	tracker_free(tracker);
	for (size_t i = 0; i < running->count; i++) {
		show_text(model, &running->tunnels[i]);
		show_json(model, &running->tunnels[i], &notes);
	}
}

/* ---- a message ---- */

static void take_message(const struct model *model, struct slice message)
{
	struct running_sa sa = {.section = message};
	struct running_tunnel tunnel = {
	    .id = 1, .has_connection = true, .connection = message, .sas = &sa};
	struct running running = {.tunnels = &tunnel, .count = 1};

	if (vici_is_sound(message))
		show(model, &running, message);
}

/* ---- a conversation ---- */

struct conversation {
	bool over;
	struct running running;
	size_t replies;
};

static void on_lost(void *context, const char *why)
{
	struct conversation *conversation = context;

	assert(*why);
	conversation->over = true;
}

static void on_read(void *context, const char *why)
{
	struct conversation *conversation = context;

	(void)why;
	conversation->replies++;
}

static void on_agreed(void *context, enum vici_status status, struct slice message)
{
	(void)status;
	(void)message;
	((struct conversation *)context)->replies++;
}

static void on_log(void *context, struct slice message)
{
	(void)context;
	assert(vici_is_sound(message));
}

static void take_stream(const struct model *model, bool all, const char *bytes, size_t size)
{
	struct conversation conversation = {.over = false};
	struct vici *vici;
	uev_ctx_t loop;
	int pair[2];

	assert(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && uev_init(&loop) == 0);
	vici = vici_new(&loop, on_lost, &conversation);
	assert(vici && vici_attach(vici, pair[0]) == 0);
	assert(vici_listen(vici, "log", on_log, on_agreed, &conversation));
	if (all)
		running_read_all(&conversation.running, vici, on_read, &conversation);
	else
		running_read(&conversation.running, vici, on_read, &conversation);
	/* the buffer of a socket is larger than any input */
	assert(send(pair[1], bytes, size, MSG_DONTWAIT) == (ssize_t)size);
	shutdown(pair[1], SHUT_WR);
	while (!conversation.over)
		uev_run(&loop, UEV_ONCE);
	assert(conversation.replies == 2 && !vici_is_connected(vici));
	show(model, &conversation.running, (struct slice){"", 0});
	running_free(&conversation.running);
	vici_free(vici);
	uev_exit(&loop);
	close(pair[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", tunnels, sizeof(tunnels) - 1);
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;

	assert(compilation && compilation->model->count == 1);
	if (size && *data % 2)
		take_message(compilation->model, (struct slice){(const char *)data + 1, size - 1});
	else if (size)
		take_stream(compilation->model, *data % 4 == 2, (const char *)data + 1, size - 1);
	compilation_free(compilation);
	return 0;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/loop.h"

#include "compiler/lsp/server.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)64 << 10)
/* With so much that is not looked at yet, or not read by the other side, no more is taken. */
#define WAITING_MAX ((size_t)128 << 20)
#define UNREAD_MAX ((size_t)16 << 20)

struct loop {
	struct server *server;
	struct outbox *outbox;
	int in, out;
	bool has_ended; /* nothing comes any more */
	int error;
};

static void read_some(struct loop *loop)
{
	char bytes[CHUNK];
	ssize_t count = read(loop->in, bytes, sizeof(bytes));

	if (count > 0) {
		if (!server_take(loop->server, (struct slice){bytes, (size_t)count}))
			loop->error = ENOMEM;
	} else if (count == 0) {
		loop->has_ended = true;
	} else if (errno != EINTR && errno != EAGAIN) {
		loop->error = errno;
	}
	explicit_bzero(bytes, sizeof(bytes));
}

/* So much never waits for a reader once poll() has said that there is room. */
static void write_some(struct loop *loop)
{
	struct outbox *outbox = loop->outbox;
	size_t left = outbox->to - outbox->from;
	ssize_t count =
	    write(loop->out, outbox->bytes + outbox->from, left < PIPE_BUF ? left : PIPE_BUF);

	if (count >= 0)
		outbox->from += (size_t)count;
	else if (errno != EINTR && errno != EAGAIN)
		loop->error = errno;
}

static size_t unread(const struct loop *loop)
{
	return loop->outbox->to - loop->outbox->from;
}

static bool wants_more(const struct loop *loop)
{
	return !loop->has_ended && server_ended(loop->server) < 0 &&
	       server_waiting(loop->server) < WAITING_MAX;
}

/*
 * Reads and writes where that can be done, which is waited for if IS_IDLE; false if it is nowhere.
 */
static bool move(struct loop *loop, bool is_idle)
{
	/* an end below 0 is not looked at */
	struct pollfd ends[] = {
	    {.fd = wants_more(loop) ? loop->in : -1, .events = POLLIN},
	    {.fd = unread(loop) ? loop->out : -1, .events = POLLOUT},
	};
	int ready = poll(ends, 2, is_idle ? -1 : 0);

	if (ready < 0 && errno != EINTR)
		loop->error = errno;
	if (ready <= 0)
		return false;
	if (ends[1].revents)
		write_some(loop);
	if (ends[0].revents)
		read_some(loop);
	return true;
}

/* What can be read and written comes first, then one step. */
static bool turn(struct loop *loop, bool is_idle)
{
	return move(loop, is_idle) || (server_ended(loop->server) < 0 &&
				       unread(loop) < UNREAD_MAX && server_step(loop->server));
}

static bool goes_on(const struct loop *loop, bool is_idle)
{
	if (loop->error || loop->outbox->has_failed)
		return false;
	if (server_ended(loop->server) >= 0)
		return unread(loop);
	return !loop->has_ended || !is_idle || unread(loop);
}

int loop_run(const struct lsp_settings *settings, int in, int out, int *error)
{
	struct loop loop = {.server = server_new(settings), .in = in, .out = out};
	bool is_idle = true;
	int status;

	*error = ENOMEM;
	if (!loop.server)
		return 1;
	loop.outbox = server_outbox(loop.server);
	while (goes_on(&loop, is_idle))
		is_idle = !turn(&loop, is_idle);
	*error = loop.outbox->has_failed ? ENOMEM : loop.error;
	status = server_ended(loop.server);
	if (status < 0)
		status = server_abandoned(loop.server);
	server_free(loop.server);
	return status;
}

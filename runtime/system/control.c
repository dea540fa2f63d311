/* SPDX-License-Identifier: ISC */
#include "runtime/system/control.h"

#include "runtime/system/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS_MAX 16
/* Milliseconds until a request must be whole, and an answer be read. */
#define REQUEST_TIMEOUT 5000
/* Until somebody is accepted again where that failed; who waits would have us try for ever. */
#define REST 1000
#define NEVER INT_MAX /* its descriptor stays: there may be no other when it is wanted */

struct buffer {
	char *bytes;
	size_t size;
	size_t room;
};

/* A place for one.  libuEv may have an event left for who is gone: the place stays. */
struct control_client {
	struct control *control;
	int fd; /* -1: nobody */
	uev_t io;
	uev_t deadline;
	struct buffer in;
	struct buffer out;
	size_t sent;
	bool asked; /* the request is with the owner */
};

struct control {
	uev_ctx_t *loop;
	int folder;
	int fd;
	uev_t accepts;
	uev_t rest;
	control_request *request;
	void *context;
	struct control_client clients[CLIENTS_MAX];
	unsigned count;
	unsigned last; /* place that was taken: one that has just become free rests first */
};

/* The folder's path may be longer than a socket's address can be. */
static struct sockaddr_un address_in(int folder)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/control", folder);
	return address;
}

static void buffer_free(struct buffer *buffer)
{
	if (buffer->bytes)
		explicit_bzero(buffer->bytes, buffer->room); /* a configuration holds secrets */
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}

static bool buffer_room(struct buffer *buffer)
{
	size_t room = buffer->room ? 2 * buffer->room : 4096;
	char *bytes;

	if (buffer->size < buffer->room)
		return true;
	bytes = room <= CONTROL_SIZE_MAX ? malloc(room) : NULL;
	if (!bytes)
		return false;
	if (buffer->size)
		memcpy(bytes, buffer->bytes, buffer->size);
	if (buffer->bytes)
		explicit_bzero(buffer->bytes, buffer->room);
	free(buffer->bytes);
	buffer->bytes = bytes;
	buffer->room = room;
	return true;
}

/* ---- clients of a server ---- */

static void drop(struct control_client *client)
{
	struct control *control = client->control;

	uev_io_stop(&client->io);
	uev_timer_stop(&client->deadline);
	close(client->fd);
	client->fd = -1;
	buffer_free(&client->in);
	buffer_free(&client->out);
	if (control->count-- == CLIENTS_MAX)
		uev_io_start(&control->accepts);
}

static void send_answer(struct control_client *client)
{
	while (client->sent < client->out.size) {
		ssize_t sent = send(client->fd, client->out.bytes + client->sent,
				    client->out.size - client->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN)
			return;
		if (sent < 0)
			break;
		client->sent += (size_t)sent;
	}
	drop(client);
}

void control_answer(struct control_client *client, json_t *answer)
{
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	bool is_watched;

	json_decref(answer);
	if (!text) {
		drop(client);
		return;
	}
	client->out = (struct buffer){text, strlen(text), strlen(text)};
	is_watched = uev_timer_set(&client->deadline, REQUEST_TIMEOUT, 0) == 0 &&
		     uev_io_set(&client->io, client->fd, UEV_WRITE) == 0;
	send_answer(client);
	if (!is_watched && client->fd >= 0) /* nobody would send the rest */
		drop(client);
}

/* The whole request is here. */
static void take_request(struct control_client *client)
{
	json_t *request =
	    json_loadb(client->in.bytes, client->in.size, JSON_REJECT_DUPLICATES, NULL);

	buffer_free(&client->in);
	if (!json_is_object(request)) {
		json_decref(request);
		drop(client);
		return;
	}
	client->asked = true;
	uev_timer_stop(&client->deadline);
	uev_io_stop(&client->io);
	client->control->request(client->control->context, client, request);
	json_decref(request);
}

static void receive_request(struct control_client *client)
{
	ssize_t got;

	if (!buffer_room(&client->in)) {
		drop(client);
		return;
	}
	got = recv(client->fd, client->in.bytes + client->in.size,
		   client->in.room - client->in.size, MSG_DONTWAIT);
	if (got > 0)
		client->in.size += (size_t)got;
	else if (got == 0 && client->in.size)
		take_request(client);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		drop(client);
}

static void on_client(uev_t *watcher, void *context, int events)
{
	struct control_client *client = context;

	(void)watcher;
	(void)events; /* which may be of who was here before: the socket knows */
	if (client->fd >= 0 && client->out.size)
		send_answer(client);
	else if (client->fd >= 0 && !client->asked)
		receive_request(client);
}

static void on_deadline(uev_t *watcher, void *context, int events)
{
	struct control_client *client = context;

	if (client->fd >= 0 && !(events & (int)UEV_ERROR))
		drop(client);
	else if (client->fd >= 0 && /* of who was here before, and has stopped the new one's */
		 uev_timer_init(client->control->loop, watcher, on_deadline, client,
				REQUEST_TIMEOUT, 0) != 0)
		drop(client);
}

/* There is one: otherwise nobody is accepted. */
static struct control_client *take_place(struct control *control)
{
	do {
		control->last = (control->last + 1) % CLIENTS_MAX;
	} while (control->clients[control->last].fd >= 0);
	return &control->clients[control->last];
}

/* The folder is closed to others, and so is the socket; whoever opened them is refused here. */
static bool is_allowed(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == geteuid() || peer.uid == 0);
}

static void on_rested(uev_t *watcher, void *context, int events)
{
	struct control *control = context;

	(void)events;
	uev_timer_set(watcher, NEVER, 0);
	if (control->count < CLIENTS_MAX)
		uev_io_start(&control->accepts);
}

/* Nobody could be accepted, and whoever asks still waits. */
static void rest(struct control *control, int error)
{
	if (error == EAGAIN || error == EINTR || error == ECONNABORTED)
		return;
	if (uev_timer_set(&control->rest, REST, 0) == 0)
		uev_io_stop(&control->accepts);
}

/* Only its owner may even ask, and root. */
static void on_accept(uev_t *watcher, void *context, int events)
{
	struct control *control = context;
	struct control_client *client;
	int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)watcher;
	(void)events;
	if (fd < 0) {
		rest(control, errno);
		return;
	}
	if (!is_allowed(fd)) {
		close(fd);
		return;
	}
	client = take_place(control);
	*client = (struct control_client){.control = control, .fd = fd};
	if (++control->count == CLIENTS_MAX) /* others wait until one has gone */
		uev_io_stop(&control->accepts);
	if (uev_io_init(control->loop, &client->io, on_client, client, fd, UEV_READ) != 0 ||
	    uev_timer_init(control->loop, &client->deadline, on_deadline, client, REQUEST_TIMEOUT,
			   0) != 0)
		drop(client);
}

struct control *control_new(uev_ctx_t *loop, int fd, control_request *request, void *context)
{
	struct control *control = calloc(1, sizeof(*control));
	struct sockaddr_un address = address_in(fd);
	int error;

	if (!control)
		return NULL;
	*control =
	    (struct control){.loop = loop, .folder = fd, .request = request, .context = context};
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		control->clients[i].fd = -1;
	control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unlinkat(fd, "control", 0); /* of one that was killed: we hold the lock */
	if (control->fd >= 0 && fchmod(control->fd, 0600) == 0 &&
	    bind(control->fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	    fchmodat(fd, "control", 0600, 0) == 0 && listen(control->fd, CLIENTS_MAX) == 0 &&
	    uev_timer_init(loop, &control->rest, on_rested, control, NEVER, 0) == 0 &&
	    uev_io_init(loop, &control->accepts, on_accept, control, control->fd, UEV_READ) == 0)
		return control;
	error = errno;
	uev_timer_stop(&control->rest);
	if (control->fd >= 0)
		close(control->fd);
	free(control);
	errno = error;
	return NULL;
}

void control_free(struct control *control)
{
	if (!control)
		return;
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		if (control->clients[i].fd >= 0)
			drop(&control->clients[i]);
	}
	uev_io_stop(&control->accepts);
	uev_timer_stop(&control->rest);
	close(control->fd);
	unlinkat(control->folder, "control", 0);
	free(control);
}

/* ---- asking ---- */

/* Until END of the clock, at the latest. */
static bool wait_for(int fd, short events, long long end)
{
	struct pollfd poller = {.fd = fd, .events = events};
	int ready;

	do {
		long long left = end - clock_now();

		ready = poll(&poller, 1, left < 0 ? 0 : (int)left);
	} while (ready < 0 && errno == EINTR);
	if (ready == 0)
		errno = ETIMEDOUT;
	return ready > 0;
}

static bool send_text(int fd, const char *text, long long end)
{
	size_t size = strlen(text);

	while (size) {
		ssize_t sent = send(fd, text, size, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EAGAIN && wait_for(fd, POLLOUT, end))
			continue;
		if (sent < 0 && errno != EINTR)
			return false;
		text += sent > 0 ? sent : 0;
		size -= sent > 0 ? (size_t)sent : 0;
	}
	return shutdown(fd, SHUT_WR) == 0;
}

static json_t *receive_answer(int fd, long long end)
{
	struct buffer buffer = {0};
	json_t *answer = NULL;
	ssize_t got = -1;

	while (wait_for(fd, POLLIN, end) && buffer_room(&buffer)) {
		got = recv(fd, buffer.bytes + buffer.size, buffer.room - buffer.size, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
			break;
		buffer.size += got > 0 ? (size_t)got : 0;
		got = -1;
	}
	if (got == 0) {
		answer = json_loadb(buffer.bytes, buffer.size, 0, NULL);
		errno = EPROTO;
	}
	buffer_free(&buffer);
	return answer;
}

json_t *control_ask(int fd, json_t *request, int seconds)
{
	struct sockaddr_un address = address_in(fd);
	char *text = json_dumps(request, JSON_COMPACT);
	int asks = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), error;
	const struct timeval longest = {.tv_sec = seconds}; /* for a place among the clients */
	long long end = clock_now() + seconds * 1000LL;
	json_t *answer = NULL;

	json_decref(request);
	if (!text)
		errno = ENOMEM;
	else if (asks >= 0 &&
		 setsockopt(asks, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof(longest)) == 0 &&
		 connect(asks, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
		 send_text(asks, text, end))
		answer = receive_answer(asks, end);
	error = errno;
	if (asks >= 0)
		close(asks);
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	errno = error;
	return answer;
}

bool control_is_there(int fd)
{
	struct sockaddr_un address = address_in(fd);
	int asks = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* one with too many clients is one */
	bool is_there =
	    asks >= 0 && (connect(asks, (const struct sockaddr *)&address, sizeof(address)) == 0 ||
			  errno == EAGAIN);

	if (asks >= 0)
		close(asks);
	return is_there;
}

/* SPDX-License-Identifier: ISC */
/*
 * The VICI client where events meet, buffers fill and descriptors run out.  Charon is the other end
 * of a pair of sockets.  Prints TAP.
 */
#include "runtime/vici/vici.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LARGEST (VICI_PACKET_MAX - 2 - 4) /* a message, behind `load' */

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d %s\n", holds ? "" : "not ", ++count, what);
}

struct peer {
	uev_ctx_t loop;
	struct vici *vici;
	int fd;	   /* charon's end */
	int again; /* what to connect to when the connection is lost; -1: nothing */
	size_t replies, lost, parts;
	size_t until; /* so many replies end the loop; 0: the loss does */
	enum vici_status last;
	size_t size; /* of the last answer */
	char why[80];
};

static void on_lost(void *context, const char *why)
{
	struct peer *peer = context;

	peer->lost++;
	snprintf(peer->why, sizeof(peer->why), "%s", why);
	if (peer->again >= 0)
		vici_attach(peer->vici, peer->again);
	peer->again = -1;
	if (!peer->until)
		uev_exit(&peer->loop);
}

static void on_reply(void *context, enum vici_status status, struct slice message)
{
	struct peer *peer = context;

	peer->last = status;
	peer->size = message.length;
	if (++peer->replies == peer->until)
		uev_exit(&peer->loop);
}

static void on_part(void *context, struct slice message)
{
	(void)message;
	((struct peer *)context)->parts++;
}

static void begin(struct peer *peer, size_t until)
{
	int pair[2];

	*peer = (struct peer){.again = -1, .until = until};
	if (uev_init(&peer->loop) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		exit(2);
	peer->fd = pair[1];
	peer->vici = vici_new(&peer->loop, on_lost, peer);
	if (!peer->vici || vici_attach(peer->vici, pair[0]) != 0)
		exit(2);
}

static void end(struct peer *peer)
{
	vici_free(peer->vici);
	uev_exit(&peer->loop);
	close(peer->fd);
}

static bool call(struct peer *peer, const char *command, struct slice message, int timeout)
{
	return vici_call(peer->vici, &(struct vici_call){.command = command,
							 .message = message,
							 .reply = on_reply,
							 .context = peer,
							 .timeout = timeout});
}

static void tell(int fd, const char *bytes, size_t size)
{
	if (send(fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
		exit(2);
}

#define ANSWER "\0\0\0\1\1", 5

/* ---- events that meet ---- */

struct meeting {
	struct peer *peer;
	void (*meet)(struct peer *peer);
	uev_t watcher;
	int ends[2];
};

static void pass(long milliseconds)
{
	const struct timespec time = {0, milliseconds * 1000000};

	nanosleep(&time, NULL);
}

static void on_meeting(uev_t *watcher, void *context, int events)
{
	struct meeting *meeting = context;

	(void)events;
	uev_io_stop(watcher);
	meeting->meet(meeting->peer);
}

/* Runs the loop, and MEET in it before all else. */
static void run_meeting(struct peer *peer, void (*meet)(struct peer *peer))
{
	struct meeting meeting = {.peer = peer, .meet = meet};

	if (pipe(meeting.ends) != 0)
		exit(2);
	if (write(meeting.ends[1], "", 1) != 1)
		exit(2);
	uev_io_init(&peer->loop, &meeting.watcher, on_meeting, &meeting, meeting.ends[0], UEV_READ);
	uev_run(&peer->loop, 0);
	close(meeting.ends[0]);
	close(meeting.ends[1]);
}

static void answer_then_deadline(struct peer *peer)
{
	tell(peer->fd, ANSWER);
	pass(60);
}

static void stop_soon(uev_t *watcher, void *context, int events)
{
	(void)watcher;
	(void)events;
	uev_exit(context);
}

static void test_answer_at_deadline(void)
{
	struct peer peer;
	uev_t stop;

	begin(&peer, 0);
	call(&peer, "version", (struct slice){"", 0}, 20);
	uev_timer_init(&peer.loop, &stop, stop_soon, &peer.loop, 1000, 0);
	run_meeting(&peer, answer_then_deadline);
	ok(peer.replies == 1 && peer.last == VICI_DONE && !peer.lost &&
	       vici_is_connected(peer.vici),
	   "an answer at the deadline is one, and the connection stays");
	end(&peer);

	begin(&peer, 2);
	call(&peer, "version", (struct slice){"", 0}, 20);
	call(&peer, "version", (struct slice){"", 0}, 200);
	run_meeting(&peer, answer_then_deadline);
	ok(peer.replies == 2 && peer.last == VICI_LATE, "and the next call has its own");
	end(&peer);
}

static void deadline_then_hangup(struct peer *peer)
{
	pass(60);
	shutdown(peer->fd, SHUT_RDWR);
}

static void test_hangup_of_another(void)
{
	struct peer peer;
	uev_t stop;
	int pair[2];

	begin(&peer, 99);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		exit(2);
	peer.again = pair[0];
	call(&peer, "version", (struct slice){"", 0}, 20);
	uev_timer_init(&peer.loop, &stop, stop_soon, &peer.loop, 200, 0);
	run_meeting(&peer, deadline_then_hangup);
	ok(peer.lost == 1 && vici_is_connected(peer.vici),
	   "the hangup of the connection before is not that of the new one");
	close(pair[1]);
	end(&peer);
}

static void on_close(uev_t *watcher, void *context, int events)
{
	(void)watcher;
	(void)events;
	vici_close(context);
}

static void close_then_event(struct peer *peer)
{
	pass(60);
	tell(peer->fd, "\0\0\0\5\7\3log", 9);
}

static void test_event_after_close(void)
{
	struct peer peer;
	uev_t closes, stop;

	begin(&peer, 99);
	uev_timer_init(&peer.loop, &closes, on_close, peer.vici, 20, 0);
	uev_timer_init(&peer.loop, &stop, stop_soon, &peer.loop, 200, 0);
	run_meeting(&peer, close_then_event);
	ok(!vici_is_connected(peer.vici) && peer.lost == 0,
	   "no connection is lost that another callback closed");
	end(&peer);
}

/* ---- what is not taken ---- */

#define KEY_BYTES 5 /* of a value whose name has one letter */

static struct vici_message message_of(size_t size)
{
	struct vici_message message;
	static const char value[VICI_VALUE_MAX];

	vici_message_init(&message);
	while (message.size < size) {
		size_t left = size - message.size;

		left = left - KEY_BYTES > VICI_VALUE_MAX ? 60000 : left - KEY_BYTES;
		vici_put(&message, "k", (struct slice){value, left});
	}
	return message;
}

static void test_refused(void)
{
	static const char unsound[] = "\1\1a";
	char name[VICI_NAME_MAX + 2] = "";
	struct vici_message large = message_of(LARGEST + 1), failed;
	struct peer peer;
	struct vici_call stream = {.command = "list", .stream = "log", .part = on_part};

	begin(&peer, 1);
	memset(name, 'n', sizeof(name) - 1);
	vici_message_init(&failed);
	vici_put_text(&failed, "ike", "ipsec1");
	vici_put_text(&failed, name, "");
	ok(!call(&peer, "load", vici_message_slice(&large), 0), "a message that is too long");
	ok(!call(&peer, "load", (struct slice){unsound, 3}, 0), "half a message");
	ok(!call(&peer, "load", vici_message_slice(&failed), 0), "one that failed");
	ok(!call(&peer, name, (struct slice){"", 0}, 0), "a name that is too long");
	ok(vici_listen(peer.vici, "log", on_part, NULL, &peer), "an event");
	ok(!vici_listen(peer.vici, "log", on_part, NULL, &peer), "not twice");
	ok(!vici_call(peer.vici, &stream), "nor as a stream");
	ok(call(&peer, "version", (struct slice){NULL, 0}, 0), "a call without a message");
	tell(peer.fd, "\0\0\0\1\5", 5);
	tell(peer.fd, ANSWER);
	uev_run(&peer.loop, 0);
	ok(peer.replies == 1 && peer.last == VICI_DONE, "has its answer");
	vici_message_free(&large);
	vici_message_free(&failed);
	end(&peer);
}

/* ---- much of it ---- */

struct slow {
	struct peer *peer;
	uev_t reads;
	size_t got, wanted;
	const struct vici_message *answer;
};

static void put_length(char *bytes, size_t length)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (char)(length >> 8 * (3 - i));
}

/* Reads little at a time; when all is there it answers, at first a byte at a time. */
static void on_slow(uev_t *watcher, void *context, int events)
{
	struct slow *slow = context;
	char bytes[1000], head[5] = {0, 0, 0, 0, 1};
	ssize_t got = recv(slow->peer->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	(void)events;
	slow->got += got > 0 ? (size_t)got : 0;
	if (slow->got < slow->wanted)
		return;
	uev_io_stop(watcher);
	put_length(head, 1 + slow->answer->size);
	tell(slow->peer->fd, head, sizeof(head));
	for (size_t at = 0; at<slow->answer->size; at += got> 0 ? (size_t)got : 0) {
		size_t part = at < 5000 ? 1 : slow->answer->size - at;

		got = send(slow->peer->fd, slow->answer->bytes + at, part, MSG_DONTWAIT);
		if (got < 0 || part == 1) /* the client gets to see each */
			uev_run(&slow->peer->loop, UEV_ONCE | UEV_NONBLOCK);
	}
}

static void test_largest(void)
{
	struct vici_message message = message_of(LARGEST), answer = message_of(VICI_PACKET_MAX - 1);
	struct peer peer;
	struct slow slow = {&peer, .wanted = 4 + VICI_PACKET_MAX, .answer = &answer};
	int small = 4096;

	begin(&peer, 1);
	setsockopt(peer.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	uev_io_init(&peer.loop, &slow.reads, on_slow, &slow, peer.fd, UEV_READ);
	call(&peer, "load", vici_message_slice(&message), 20000);
	uev_run(&peer.loop, 0);
	ok(message.size == LARGEST && peer.last == VICI_DONE && peer.size == VICI_PACKET_MAX - 1,
	   "the largest packets go both ways");
	end(&peer);
	vici_message_free(&message);
	vici_message_free(&answer);
}

static void on_stream(uev_t *watcher, void *context, int events)
{
	struct slow *slow = context;
	char head[8] = {0, 0, 0, 0, 7, 1, 's', 0};

	(void)events;
	put_length(head, 3 + slow->answer->size);
	if (send(slow->peer->fd, head, 7, MSG_NOSIGNAL) != 7 ||
	    send(slow->peer->fd, slow->answer->bytes, slow->answer->size, MSG_NOSIGNAL) < 0)
		uev_io_stop(watcher);
}

/* Parts without end do not end in memory without end. */
static void test_endless(void)
{
	struct vici_message part = message_of(60000);
	struct peer peer;
	struct slow slow = {&peer, .answer = &part};
	const struct vici_call calls = {.command = "list",
					.stream = "s",
					.part = on_part,
					.reply = on_reply,
					.context = &peer,
					.timeout = 20000};

	begin(&peer, 0);
	vici_call(peer.vici, &calls);
	tell(peer.fd, "\0\0\0\1\5", 5);
	uev_io_init(&peer.loop, &slow.reads, on_stream, &slow, peer.fd, UEV_WRITE);
	uev_run(&peer.loop, 0);
	ok(peer.replies == 1 && peer.last == VICI_LOST && peer.parts == VICI_STREAM_MAX / part.size,
	   "an answer without an end");
	ok(strcmp(peer.why, "charon does not end its answer") == 0, peer.why);
	end(&peer);
	vici_message_free(&part);
}

/* ---- descriptors ---- */

static size_t open_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t found = 0;

	if (!folder)
		exit(2);
	while (readdir(folder))
		found++;
	closedir(folder);
	return found;
}

static void test_descriptors(void)
{
	size_t before = open_descriptors();
	struct rlimit limit, none;
	struct peer peer;
	int error;

	for (int i = 0; i < 100; i++) {
		begin(&peer, 1);
		call(&peer, "version", (struct slice){"", 0}, 0);
		tell(peer.fd, ANSWER);
		if (i % 2)
			uev_run(&peer.loop, 0);
		end(&peer);
	}
	ok(open_descriptors() == before, "none is left open");

	getrlimit(RLIMIT_NOFILE, &limit);
	none = (struct rlimit){0, limit.rlim_max};
	begin(&peer, 2);
	call(&peer, "version", (struct slice){"", 0}, 0);
	tell(peer.fd, ANSWER);
	while (!peer.replies)
		uev_run(&peer.loop, UEV_ONCE);
	setrlimit(RLIMIT_NOFILE, &none);
	error = vici_connect(peer.vici, "unix:///nonexistent/vici");
	call(&peer, "version", (struct slice){"", 0}, 20);
	uev_run(&peer.loop, 0);
	setrlimit(RLIMIT_NOFILE, &limit);
	ok(error == EMFILE && peer.last == VICI_LATE, "a deadline stands also when none is free");
	end(&peer);
}

/* ---- addresses ---- */

static void test_connect(void)
{
	char uri[200], path[] = "/tmp/weipsec-vici-XXXXXX";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct peer peer;
	int fd = mkstemp(path), bound = socket(AF_UNIX, SOCK_STREAM, 0);

	begin(&peer, 1);
	snprintf(uri, sizeof(uri), "unix://%s", path);
	ok(vici_connect(peer.vici, uri) == ECONNREFUSED, "a file that is no socket");
	close(fd);
	unlink(path);
	ok(vici_connect(peer.vici, uri) == ENOENT, "no file");
	memcpy(address.sun_path, path, sizeof(path));
	if (bind(bound, (const struct sockaddr *)&address, sizeof(address)) != 0)
		exit(2);
	ok(vici_connect(peer.vici, uri) == ECONNREFUSED, "nobody listens");
	close(bound);
	unlink(path);
	snprintf(uri, sizeof(uri), "unix:///%0150d", 0);
	ok(vici_connect(peer.vici, uri) == EINVAL, "a path that is too long");
	ok(vici_is_connected(peer.vici), "the connection before stays");
	end(&peer);
}

int main(void)
{
	test_answer_at_deadline();
	test_hangup_of_another();
	test_event_after_close();
	test_refused();
	test_largest();
	test_endless();
	test_descriptors();
	test_connect();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

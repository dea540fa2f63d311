/* SPDX-License-Identifier: ISC */
/*
 * The VICI client against what charon said (testdata/vici), and against what it never would say.
 * Prints TAP.  The argument is the folder of the transcripts.
 */
#include "runtime/vici/vici.h"
#include "tests/unit/transcript.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PACKET_ROOM 70000

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d %s\n", holds ? "" : "not ", ++count, what);
}

/* ---- a charon that plays one ---- */

struct player {
	uev_ctx_t loop;
	char path[64];
	int listener, fd;
	uev_t accepts, reads;
	const struct transcript *transcript;
	size_t at;
	size_t chunk; /* bytes at a time; 0: all */
	char in[PACKET_ROOM];
	size_t in_size;
	bool differs; /* the client said something else */
	bool closes;  /* at the end */
	struct vici *vici;
	/* what the client made of it */
	size_t replies, parts;
	enum vici_status last;
	bool lost;
	char why[80];
};

static void send_bytes(struct player *player, const char *bytes, size_t size)
{
	size_t chunk = player->chunk ? player->chunk : size;

	for (size_t at = 0; at < size; at += chunk) {
		size_t part = size - at < chunk ? size - at : chunk;

		if (send(player->fd, bytes + at, part, MSG_NOSIGNAL) < 0)
			return;
		if (player->chunk) /* the client gets to see each */
			uev_run(&player->loop, UEV_ONCE | UEV_NONBLOCK);
	}
}

static void send_packet(struct player *player, const char *bytes, size_t size)
{
	char framed[PACKET_ROOM];

	for (int i = 0; i < 4; i++)
		framed[i] = (char)(size >> 8 * (3 - i));
	memcpy(framed + 4, bytes, size);
	send_bytes(player, framed, size + 4);
}

static void answer(struct player *player)
{
	const struct transcript *transcript = player->transcript;

	while (player->at < transcript->count && transcript->lines[player->at].direction == '<') {
		const struct line *line = &transcript->lines[player->at++];

		send_packet(player, line->bytes, line->size);
	}
	/* `=' are bytes as they are, without a frame */
	while (player->at < transcript->count && transcript->lines[player->at].direction == '=') {
		const struct line *line = &transcript->lines[player->at++];

		send_bytes(player, line->bytes, line->size);
	}
	if (player->closes && player->at == transcript->count)
		shutdown(player->fd, SHUT_RDWR);
}

static void expect(struct player *player, const char *bytes, size_t size)
{
	const struct line *line = player->at < player->transcript->count
				      ? &player->transcript->lines[player->at++]
				      : NULL;

	if (!line || line->direction != '>' || line->size != size ||
	    memcmp(line->bytes, bytes, size) != 0)
		player->differs = true;
}

static void on_read(uev_t *watcher, void *context, int events)
{
	struct player *player = context;
	ssize_t got = recv(player->fd, player->in + player->in_size,
			   sizeof(player->in) - player->in_size, MSG_DONTWAIT);
	size_t size;

	(void)events;
	if (got <= 0) {
		uev_io_stop(watcher);
		return;
	}
	player->in_size += (size_t)got;
	while (player->in_size >= 4) {
		const unsigned char *in = (const unsigned char *)player->in;

		size = (size_t)in[0] << 24 | (size_t)in[1] << 16 | (size_t)in[2] << 8 | in[3];
		if (player->in_size < size + 4)
			break;
		expect(player, player->in + 4, size);
		memmove(player->in, player->in + 4 + size, player->in_size - 4 - size);
		player->in_size -= 4 + size;
		answer(player);
	}
}

static void on_accept(uev_t *watcher, void *context, int events)
{
	struct player *player = context;

	(void)watcher;
	(void)events;
	player->fd = accept(player->listener, NULL, NULL);
	uev_io_init(&player->loop, &player->reads, on_read, player, player->fd, UEV_READ);
}

static void on_lost(void *context, const char *why)
{
	struct player *player = context;

	player->lost = true;
	snprintf(player->why, sizeof(player->why), "%s", why);
	uev_exit(&player->loop);
}

static void player_begin(struct player *player, const struct transcript *transcript)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char uri[80];

	memset(player, 0, sizeof(*player));
	player->transcript = transcript;
	player->fd = -1;
	snprintf(player->path, sizeof(player->path), "/tmp/weipsec-vici-%ld", (long)getpid());
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", player->path);
	snprintf(uri, sizeof(uri), "unix://%s", player->path);
	player->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(player->listener, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(player->listener, 1) != 0 || uev_init(&player->loop) != 0)
		exit(2);
	uev_io_init(&player->loop, &player->accepts, on_accept, player, player->listener, UEV_READ);
	player->vici = vici_new(&player->loop, on_lost, player);
	if (!player->vici || vici_connect(player->vici, uri) != 0)
		exit(2);
}

static void player_end(struct player *player)
{
	vici_free(player->vici);
	if (player->fd >= 0)
		close(player->fd);
	close(player->listener);
	unlink(player->path);
}

/* ---- the calls of a transcript ---- */

static void on_part(void *context, struct slice message)
{
	struct player *player = context;

	(void)message;
	player->parts++;
}

static void on_reply(void *context, enum vici_status status, struct slice message)
{
	struct player *player = context;

	(void)message;
	player->replies++;
	player->last = status;
}

static void on_last_reply(void *context, enum vici_status status, struct slice message)
{
	struct player *player = context;

	on_reply(context, status, message);
	uev_exit(&player->loop);
}

/* What a transcript asks for, in the order of the queue. */
struct asked {
	char command[64];
	char stream[64];
	struct slice message;
};

static void copy_name(char *name, const struct line *line)
{
	size_t length = (unsigned char)line->bytes[1];

	memcpy(name, line->bytes + 2, length);
	name[length] = '\0';
}

/* A registration stands before the request that it is for. */
static size_t collect(const struct transcript *transcript, struct asked *asked)
{
	size_t found = 0;

	asked[0] = (struct asked){.stream = ""};
	for (size_t i = 0; i < transcript->count; i++) {
		const struct line *line = &transcript->lines[i];
		size_t length = (unsigned char)line->bytes[1];

		if (line->direction == '>' && line->bytes[0] == 3)
			copy_name(asked[found].stream, line);
		if (line->direction != '>' || line->bytes[0] != 0)
			continue;
		copy_name(asked[found].command, line);
		asked[found].message =
		    (struct slice){line->bytes + 2 + length, line->size - 2 - length};
		asked[++found] = (struct asked){.stream = ""};
	}
	return found;
}

/* A chunk that is none: charon closes the connection at the end. */
#define CLOSES 1000000

/* Plays TRANSCRIPT, CHUNK bytes at a time (all if 0), with all calls queued at once. */
static size_t play(struct player *player, const struct transcript *transcript, size_t chunk,
		   int timeout)
{
	static struct asked asked[LINES_MAX];
	size_t found = collect(transcript, asked);

	player_begin(player, transcript);
	player->closes = chunk == CLOSES;
	player->chunk = player->closes ? 0 : chunk;
	for (size_t i = 0; i < found; i++) {
		const struct vici_call call = {
		    .command = asked[i].command,
		    .stream = *asked[i].stream ? asked[i].stream : NULL,
		    .message = asked[i].message,
		    .part = *asked[i].stream ? on_part : NULL,
		    .reply = i + 1 == found ? on_last_reply : on_reply,
		    .context = player,
		    .timeout = timeout,
		};

		if (!vici_call(player->vici, &call))
			exit(2);
	}
	uev_run(&player->loop, 0);
	return found;
}

static void test_transcript(const char *folder, const char *name, size_t calls, size_t parts)
{
	static const size_t chunks[] = {0, 1, 7};
	struct transcript transcript;

	transcript_read(&transcript, folder, name);
	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		struct player player;

		play(&player, &transcript, chunks[i], 20000);
		ok(!player.lost && !player.differs && player.at == transcript.count, name);
		ok(player.replies == calls && player.parts == parts && player.last == VICI_DONE,
		   "each call has its reply, each part came");
		player_end(&player);
	}
	transcript_free(&transcript);
}

/* ---- what charon never would say ---- */

struct hostile {
	const char *lines[8];
	enum vici_status last;
	const char *why; /* NULL: the connection stays */
};

#define ASKS "> \\x00\\x07version"
#define REGISTERS "> \\x03\\x01s"
#define UNREGISTERS "> \\x04\\x01s"
#define NOT_VICI "charon sent what is not VICI"

static const struct hostile hostiles[] = {
    {{ASKS, "< \\x01"}, VICI_DONE, NULL},
    {{ASKS, "< \\x02"}, VICI_UNKNOWN, NULL},
    /* an unknown command's stream is ended, or charon would send all of the next one twice */
    {{REGISTERS, "< \\x05", ASKS, "< \\x02", UNREGISTERS, "< \\x05"}, VICI_UNKNOWN, NULL},
    {{REGISTERS, "< \\x05", ASKS, "< \\x01", UNREGISTERS, "< \\x06"}, VICI_LOST, NOT_VICI},
    {{REGISTERS, "< \\x05", ASKS, "< \\x01", UNREGISTERS, "< \\x01"}, VICI_LOST, NOT_VICI},
    {{REGISTERS, "< \\x05", ASKS, "< \\x01", UNREGISTERS}, VICI_LATE, "charon does not answer"},
    {{ASKS, "< \\x01\\x03\\x01a\\x00"}, VICI_LOST, NOT_VICI},	    /* cut short */
    {{ASKS, "< \\x01\\x01\\x01a"}, VICI_LOST, NOT_VICI},	    /* not closed */
    {{ASKS, "< \\x01\\x02"}, VICI_LOST, NOT_VICI},		    /* not opened */
    {{ASKS, "< \\x01\\x05\\x00\\x00"}, VICI_LOST, NOT_VICI},	    /* an item in no list */
    {{ASKS, "< \\x01\\x04\\x01a\\x01\\x01b"}, VICI_LOST, NOT_VICI}, /* a section in one */
    {{ASKS, "< \\x01\\x09"}, VICI_LOST, NOT_VICI},
    {{ASKS, "< \\x05"}, VICI_LOST, NOT_VICI}, /* confirms what was not asked */
    {{ASKS, "< \\x06"}, VICI_LOST, NOT_VICI},
    {{ASKS, "< \\x00\\x01a"}, VICI_LOST, NOT_VICI},
    {{ASKS, "< \\xff"}, VICI_LOST, NOT_VICI},
    {{ASKS, "< \\x07"}, VICI_LOST, NOT_VICI},
    {{ASKS, "< \\x07\\xffab"}, VICI_LOST, NOT_VICI},
    {{ASKS, "< \\x07\\x01a\\x03"}, VICI_LOST, NOT_VICI},
    {{ASKS, "< \\x07\\x03log", "< \\x01"}, VICI_DONE, NULL}, /* an event nobody waits for */
    {{ASKS, "= \\x00\\x00\\x00\\x00"}, VICI_LOST, NOT_VICI},
    {{ASKS, "= \\xff\\xff\\xff\\xff"}, VICI_LOST, NOT_VICI},
    {{ASKS, "= \\x00\\x08\\x00\\x01"}, VICI_LOST, NOT_VICI},
    {{ASKS, "= \\x00\\x00\\x00\\x09\\x01"}, VICI_LATE, "charon does not answer"},
    {{ASKS}, VICI_LATE, "charon does not answer"},
};

static void test_hostile(const struct hostile *hostile)
{
	struct transcript transcript = {.count = 0};
	struct player player;
	char what[80];

	for (int i = 0; i < 8 && hostile->lines[i]; i++)
		add_line(&transcript, hostile->lines[i]);
	play(&player, &transcript, 0, hostile->last == VICI_LATE ? 50 : 20000);
	if (hostile->why && !player.lost) /* the reply comes first */
		uev_run(&player.loop, 0);
	snprintf(what, sizeof(what), "%s", hostile->lines[1] ? hostile->lines[1] : "silence");
	ok(player.replies == 1 && player.last == hostile->last &&
	       player.lost == (hostile->why != NULL) &&
	       strcmp(player.why, hostile->why ? hostile->why : "") == 0 && !player.differs &&
	       player.at == transcript.count,
	   what);
	player_end(&player);
	transcript_free(&transcript);
}

/* Every cut of a conversation, and charon gone behind it: each call still has one reply. */
static void test_cuts(const char *folder, const char *name)
{
	struct transcript transcript;
	size_t whole, wrong = 0;

	transcript_read(&transcript, folder, name);
	whole = transcript.count;
	for (size_t cut = 2; cut < whole; cut++) {
		struct transcript part = transcript;
		struct player player;

		part.count = cut;
		if (part.lines[cut - 1].direction != '<' || part.lines[cut - 1].bytes[0] == 5)
			continue;
		wrong += play(&player, &part, CLOSES, 20000) != player.replies;
		player_end(&player);
	}
	ok(wrong == 0, "charon gone at any point of it");
	transcript_free(&transcript);
}

/* ---- callbacks that use the client ---- */

static void on_reply_close(void *context, enum vici_status status, struct slice message)
{
	struct player *player = context;

	on_reply(context, status, message);
	vici_close(player->vici);
	uev_exit(&player->loop);
}

static void test_close_in_callback(void)
{
	struct transcript transcript = {.count = 0};
	struct player player;
	const struct vici_call first = {
	    .command = "version", .reply = on_reply_close, .context = &player};
	const struct vici_call second = {
	    .command = "version", .reply = on_reply, .context = &player};

	add_line(&transcript, ASKS);
	add_line(&transcript, "< \\x01");
	player_begin(&player, &transcript);
	vici_call(player.vici, &first);
	vici_call(player.vici, &second);
	uev_run(&player.loop, 0);
	ok(player.replies == 2 && player.last == VICI_LOST && !player.lost &&
	       !vici_is_connected(player.vici),
	   "a callback may close, and what waits is told");
	ok(!vici_call(player.vici, &second), "no call without a connection");
	player_end(&player);
	transcript_free(&transcript);
}

static void test_connect(void)
{
	uev_ctx_t loop;
	struct vici *vici;

	uev_init(&loop);
	vici = vici_new(&loop, NULL, NULL);
	ok(vici_connect(vici, "tcp://127.0.0.1:4502") == EINVAL, "no other scheme");
	ok(vici_connect(vici, "unix://") == EINVAL, "no path");
	ok(vici_connect(vici, "unix:///nonexistent/vici") == ENOENT, "no such socket");
	vici_free(vici);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	test_transcript(argv[1], "added.vici", 8, 2);
	test_transcript(argv[1], "changed.vici", 13, 4);
	for (size_t i = 0; i < sizeof(hostiles) / sizeof(hostiles[0]); i++)
		test_hostile(&hostiles[i]);
	test_cuts(argv[1], "changed.vici");
	test_close_in_callback();
	test_connect();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

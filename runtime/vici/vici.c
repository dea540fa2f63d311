/* SPDX-License-Identifier: ISC */
#include "runtime/vici/vici.h"

#include "runtime/vici/pulse.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The first byte of a packet. */
enum packet {
	PACKET_REQUEST,
	PACKET_RESPONSE,
	PACKET_REQUEST_UNKNOWN,
	PACKET_REGISTER,
	PACKET_UNREGISTER,
	PACKET_CONFIRM,
	PACKET_EVENT_UNKNOWN,
	PACKET_EVENT
};

#define LENGTH_BYTES 4
#define READ_AT_ONCE 65536
#define LISTENERS_MAX 16

/* What an operation waits for; a call without a stream begins at STEP_REQUEST. */
enum step { STEP_REGISTER, STEP_REQUEST, STEP_UNREGISTER };

/* A call or a registration in the queue. */
struct operation {
	struct operation *next;
	enum step step;
	struct vici_call call;	     /* its command is NULL for a registration of `stream' */
	struct vici_message message; /* the call's own copy */
	enum vici_status status; /* of the request; both kept until the stream is unregistered */
	struct vici_message answer;
	size_t streamed; /* bytes of all parts */
};

struct listener {
	const char *event;
	vici_event *handler;
	void *context;
};

struct vici {
	uev_ctx_t *loop;
	vici_lost *lost;
	void *context;
	int fd; /* -1: not connected */
	uev_t io;
	uev_t deadline;	    /* of the first operation; its descriptor is there while connected */
	long long due;	    /* when that is, in milliseconds of the monotonic clock */
	struct pulse pulse; /* while the first operation takes long */
	struct operation *first;
	struct operation **last;
	unsigned connection;	 /* counts: a callback may have ended the one it was called for */
	struct vici_message out; /* the packet being sent */
	size_t sent;
	bool blocked; /* the rest of it waits until the socket takes more */
	char *in;     /* callbacks look at it, so it outlives connections */
	size_t in_size;
	size_t in_room;
	struct listener listeners[LISTENERS_MAX];
	size_t listener_count;
};

/* ---- the connection ---- */

static void operation_free(struct operation *operation)
{
	vici_message_free(&operation->message);
	vici_message_free(&operation->answer);
	free(operation);
}

static struct operation *dequeue(struct vici *vici)
{
	struct operation *first = vici->first;

	vici->first = first->next;
	if (!vici->first)
		vici->last = &vici->first;
	return first;
}

static void finish_operation(struct operation *operation, enum vici_status status,
			     struct slice message)
{
	if (operation->call.reply)
		operation->call.reply(operation->call.context, status, message);
	operation_free(operation);
}

/* The first operation gets STATUS, those behind it VICI_LOST, and all WHY. */
static void disconnect(struct vici *vici, enum vici_status status, const char *why)
{
	struct operation *rest = vici->first;

	if (vici->fd < 0)
		return;
	uev_io_stop(&vici->io);
	uev_timer_stop(&vici->deadline);
	pulse_end(&vici->pulse);
	close(vici->fd);
	vici->fd = -1;
	vici->connection++;
	vici->sent = 0;
	vici->blocked = false;
	vici->first = NULL;
	vici->last = &vici->first;
	vici->listener_count = 0;
	vici_message_free(&vici->out);
	/* a callback may connect anew, and queue calls of its own */
	while (rest) {
		struct operation *next = rest->next;

		finish_operation(rest, status, (struct slice){why, strlen(why)});
		status = VICI_LOST;
		rest = next;
	}
}

static void lose_connection(struct vici *vici, enum vici_status status, const char *why)
{
	disconnect(vici, status, why);
	if (vici->lost)
		vici->lost(vici->context, why);
}

static bool is_patient(const struct vici *vici)
{
	return vici->first && vici->first->call.timeout > VICI_TIMEOUT;
}

static int next_look(const struct vici *vici, long long left)
{
	return is_patient(vici) && left > PULSE_EVERY ? PULSE_EVERY : (int)left;
}

static void set_deadline(struct vici *vici, int milliseconds)
{
	pulse_begin(&vici->pulse, pulse_clock());
	vici->due = pulse_clock() + milliseconds;
	uev_timer_set(&vici->deadline, next_look(vici, milliseconds), 0);
}

/* Its time is over, or charon does not even say its version. */
static bool is_late(struct vici *vici, long long left)
{
	return left <= 0 ||
	       (is_patient(vici) && pulse_look(&vici->pulse, pulse_clock()) >= VICI_TIMEOUT);
}

/* A reply may be handled just before, and the time be another operation's by now. */
static void on_deadline(uev_t *watcher, void *context, int events)
{
	struct vici *vici = context;
	long long left = vici->first ? vici->due - pulse_clock() : 0;

	(void)events;
	if (vici->first && is_late(vici, left))
		lose_connection(vici, VICI_LATE, "charon does not answer");
	else if (vici->fd >= 0) /* libuEv has closed the timer */
		uev_timer_init(vici->loop, watcher, on_deadline, vici, next_look(vici, left), 0);
}

/* ---- sending ---- */

static void flush_out(struct vici *vici)
{
	while (vici->sent < vici->out.size) {
		ssize_t sent = send(vici->fd, vici->out.bytes + vici->sent,
				    vici->out.size - vici->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN) {
			vici->blocked = true;
			uev_io_set(&vici->io, vici->fd, UEV_READ | UEV_WRITE);
			return;
		}
		if (sent < 0) { /* no callback may come before vici_call() returns */
			set_deadline(vici, 1);
			return;
		}
		vici->sent += (size_t)sent;
	}
	if (vici->blocked)
		uev_io_set(&vici->io, vici->fd, UEV_READ);
	vici->blocked = false;
	vici_message_free(&vici->out);
	vici->sent = 0;
}

static void put_packet_name(struct vici_message *out, enum packet packet, const char *name)
{
	uint8_t head[2] = {(uint8_t)packet, (uint8_t)strlen(name)};

	vici_put_raw(out, head, sizeof(head));
	vici_put_raw(out, name, strlen(name));
}

/* The packet of the first operation's step. */
static void put_packet(struct vici *vici)
{
	static const enum packet packets[] = {[STEP_REGISTER] = PACKET_REGISTER,
					      [STEP_REQUEST] = PACKET_REQUEST,
					      [STEP_UNREGISTER] = PACKET_UNREGISTER};
	const struct operation *operation = vici->first;
	const char *name =
	    operation->step == STEP_REQUEST ? operation->call.command : operation->call.stream;
	size_t length = 2 + strlen(name);
	uint8_t head[LENGTH_BYTES];

	if (operation->step == STEP_REQUEST)
		length += operation->message.size;
	for (int i = 0; i < LENGTH_BYTES; i++)
		head[i] = (uint8_t)(length >> 8 * (LENGTH_BYTES - 1 - i));
	vici_put_raw(&vici->out, head, sizeof(head));
	put_packet_name(&vici->out, packets[operation->step], name);
	if (operation->step == STEP_REQUEST)
		vici_put_raw(&vici->out, operation->message.bytes, operation->message.size);
}

static void begin_step(struct vici *vici)
{
	put_packet(vici);
	if (vici->out.failed)
		set_deadline(vici, 1);
	else
		flush_out(vici);
}

static void begin_operation(struct vici *vici)
{
	const struct operation *operation = vici->first;

	if (!operation) {
		pulse_end(&vici->pulse);
		uev_timer_set(&vici->deadline, 0, 0);
		return;
	}
	set_deadline(vici, operation->call.timeout > 0 ? operation->call.timeout : VICI_TIMEOUT);
	begin_step(vici);
}

/* ---- receiving ---- */

static void malformed(struct vici *vici)
{
	lose_connection(vici, VICI_LOST, "charon sent what is not VICI");
}

/* The first operation is over.  The next begins before its callback, which may take its time. */
static void complete(struct vici *vici, enum vici_status status, struct slice message)
{
	struct operation *operation = dequeue(vici);

	begin_operation(vici);
	finish_operation(operation, status, message);
}

/* The request has its answer, or cannot have one; a stream that was begun is yet to be ended. */
static void answered(struct vici *vici, enum vici_status status, struct slice message)
{
	struct operation *operation = vici->first;

	if (!operation->call.stream || operation->step == STEP_REGISTER) {
		complete(vici, status, message);
		return;
	}
	operation->status = status;
	vici_put_raw(&operation->answer, message.at, message.length);
	operation->step = STEP_UNREGISTER;
	begin_step(vici);
}

static void on_answer(struct vici *vici, enum step step, enum vici_status status,
		      struct slice message)
{
	if (vici->first && vici->first->step == step && vici_is_sound(message))
		answered(vici, status, message);
	else
		malformed(vici);
}

static void on_confirm(struct vici *vici)
{
	struct operation *operation = vici->first;

	if (operation && operation->step == STEP_REGISTER && operation->call.command) {
		operation->step = STEP_REQUEST;
		begin_step(vici);
	} else if (operation && operation->step == STEP_REGISTER) {
		complete(vici, VICI_DONE, (struct slice){"", 0});
	} else if (operation && operation->step == STEP_UNREGISTER) {
		if (operation->answer.failed)
			lose_connection(vici, VICI_LOST, "out of memory");
		else
			complete(vici, operation->status, vici_message_slice(&operation->answer));
	} else {
		malformed(vici);
	}
}

/* A part of the present call's answer, or what somebody listens for; others are on their way out.
 */
static void on_event(struct vici *vici, struct slice rest)
{
	struct operation *operation = vici->first;
	size_t length = rest.length ? (unsigned char)*rest.at : 0;
	struct slice name = {rest.at + 1, length};
	struct slice message = {rest.at + 1 + length, rest.length - 1 - length};

	if (rest.length < 1 + length || !vici_is_sound(message)) {
		malformed(vici);
		return;
	}
	if (operation && operation->call.part && slice_is(name, operation->call.stream)) {
		operation->streamed += message.length;
		if (operation->streamed > VICI_STREAM_MAX)
			lose_connection(vici, VICI_LOST, "charon does not end its answer");
		else
			operation->call.part(operation->call.context, message);
		return;
	}
	for (size_t i = 0; i < vici->listener_count; i++) {
		if (slice_is(name, vici->listeners[i].event)) {
			vici->listeners[i].handler(vici->listeners[i].context, message);
			return;
		}
	}
}

static void on_packet(struct vici *vici, struct slice packet)
{
	struct slice rest = {packet.at + 1, packet.length - 1};

	switch ((unsigned char)*packet.at) {
	case PACKET_RESPONSE:
		on_answer(vici, STEP_REQUEST, VICI_DONE, rest);
		break;
	case PACKET_REQUEST_UNKNOWN:
		on_answer(vici, STEP_REQUEST, VICI_UNKNOWN, rest);
		break;
	case PACKET_CONFIRM:
		on_confirm(vici);
		break;
	case PACKET_EVENT_UNKNOWN:
		on_answer(vici, STEP_REGISTER, VICI_UNKNOWN, rest);
		break;
	case PACKET_EVENT:
		on_event(vici, rest);
		break;
	default:
		malformed(vici);
	}
}

static size_t packet_length(const char *bytes)
{
	size_t length = 0;

	for (int i = 0; i < LENGTH_BYTES; i++)
		length = length << 8 | (unsigned char)bytes[i];
	return length;
}

/* All whole packets of the input; false if the connection ended meanwhile. */
static bool take_packets(struct vici *vici)
{
	unsigned connection = vici->connection;
	size_t from = 0;

	while (vici->in_size - from >= LENGTH_BYTES) {
		size_t length = packet_length(vici->in + from);

		if (length == 0 || length > VICI_PACKET_MAX) {
			malformed(vici);
			return false;
		}
		if (vici->in_size - from - LENGTH_BYTES < length)
			break;
		on_packet(vici, (struct slice){vici->in + from + LENGTH_BYTES, length});
		if (vici->connection != connection)
			return false;
		from += LENGTH_BYTES + length;
	}
	if (from) /* not at each byte of a packet that comes slowly */
		memmove(vici->in, vici->in + from, vici->in_size - from);
	vici->in_size -= from;
	return true;
}

/* Room for the packet that has begun, or for some small ones. */
static bool make_input_room(struct vici *vici)
{
	size_t room = READ_AT_ONCE;
	char *bytes;

	if (vici->in_size >= LENGTH_BYTES && LENGTH_BYTES + packet_length(vici->in) > room)
		room = LENGTH_BYTES + packet_length(vici->in);
	if (room <= vici->in_room)
		return true;
	bytes = realloc(vici->in, room);
	if (!bytes)
		return false;
	vici->in = bytes;
	vici->in_room = room;
	return true;
}

/* False when there is nothing to be read now. */
static bool receive_bytes(struct vici *vici)
{
	ssize_t received;

	if (!make_input_room(vici)) {
		lose_connection(vici, VICI_LOST, "out of memory");
		return false;
	}
	received =
	    recv(vici->fd, vici->in + vici->in_size, vici->in_room - vici->in_size, MSG_DONTWAIT);
	if (received < 0 && errno == EINTR)
		return true;
	if (received < 0 && errno == EAGAIN)
		return false;
	if (received <= 0) {
		lose_connection(vici, VICI_LOST, "charon closed the connection");
		return false;
	}
	vici->in_size += (size_t)received;
	return take_packets(vici);
}

/*
 * libuEv stops a watcher that was hung up on, so what is left is read now.  What it tells may be of
 * the connection before, which another callback ended: then there is nothing to be read, and the
 * watcher is wanted still.
 */
static void on_io(uev_t *watcher, void *context, int events)
{
	struct vici *vici = context;
	unsigned connection = vici->connection;
	bool ends = (events & (int)(UEV_ERROR | UEV_HUP | UEV_RDHUP)) != 0;
	bool more;

	if (vici->fd < 0)
		return;
	if (events & (int)UEV_WRITE)
		flush_out(vici);
	do {
		more = receive_bytes(vici);
	} while (ends && more);
	if (ends && vici->connection == connection)
		uev_io_start(watcher);
}

/* ---- for others ---- */

struct vici *vici_new(uev_ctx_t *loop, vici_lost *lost, void *context)
{
	struct vici *vici = calloc(1, sizeof(*vici));
	int error;

	if (!vici)
		return NULL;
	vici->loop = loop;
	vici->lost = lost;
	vici->context = context;
	vici->fd = vici->pulse.fd = -1;
	vici->last = &vici->first;
	if (uev_timer_init(loop, &vici->deadline, on_deadline, vici, 0, 0) == 0)
		return vici;
	error = errno;
	free(vici);
	errno = error;
	return NULL;
}

void vici_free(struct vici *vici)
{
	if (!vici)
		return;
	vici_close(vici);
	uev_timer_stop(&vici->deadline);
	free(vici->in);
	free(vici);
}

int vici_connect(struct vici *vici, const char *uri)
{
	struct sockaddr_un address;
	int fd, error;

	if (!pulse_address(uri, &address))
		return EINVAL;
	fd = pulse_connect(&address);
	error = fd < 0 ? errno : vici_attach(vici, fd);
	if (!error)
		vici->pulse.address = address;
	return error;
}

int vici_attach(struct vici *vici, int fd)
{
	int error;

	vici_close(vici);
	vici->pulse.address.sun_family = AF_UNSPEC;
	vici->in_size = 0;
	if ((uev_timer_active(&vici->deadline) ||
	     uev_timer_init(vici->loop, &vici->deadline, on_deadline, vici, 0, 0) == 0) &&
	    uev_io_init(vici->loop, &vici->io, on_io, vici, fd, UEV_READ) == 0) {
		vici->fd = fd;
		return 0;
	}
	error = errno;
	close(fd);
	return error;
}

bool vici_is_connected(const struct vici *vici)
{
	return vici->fd >= 0;
}

void vici_close(struct vici *vici)
{
	disconnect(vici, VICI_LOST, "the connection to charon was closed");
}

static void enqueue(struct vici *vici, struct operation *operation)
{
	bool idle = !vici->first;

	*vici->last = operation;
	vici->last = &operation->next;
	if (idle)
		begin_operation(vici);
}

static bool is_listened(const struct vici *vici, const char *event)
{
	for (size_t i = 0; i < vici->listener_count; i++) {
		if (strcmp(vici->listeners[i].event, event) == 0)
			return true;
	}
	return false;
}

/* Charon would take half a message for a whole one, and hang up at one that is too long. */
static bool is_fit(const struct vici *vici, const struct vici_call *call)
{
	size_t name = strlen(call->command);

	return vici->fd >= 0 && name <= VICI_NAME_MAX &&
	       call->message.length <= VICI_PACKET_MAX - 2 - name && vici_is_sound(call->message) &&
	       (!call->stream ||
		(strlen(call->stream) <= VICI_NAME_MAX && !is_listened(vici, call->stream)));
}

bool vici_call(struct vici *vici, const struct vici_call *call)
{
	struct operation *operation = is_fit(vici, call) ? calloc(1, sizeof(*operation)) : NULL;

	if (!operation)
		return false;
	operation->call = *call;
	operation->step = call->stream ? STEP_REGISTER : STEP_REQUEST;
	vici_put_raw(&operation->message, call->message.at, call->message.length);
	if (operation->message.failed) {
		operation_free(operation);
		return false;
	}
	enqueue(vici, operation);
	return true;
}

bool vici_listen(struct vici *vici, const char *event, vici_event *handler, vici_reply *reply,
		 void *context)
{
	bool fits = vici->fd >= 0 && vici->listener_count < LISTENERS_MAX &&
		    strlen(event) <= VICI_NAME_MAX && !is_listened(vici, event);
	struct operation *operation = fits ? calloc(1, sizeof(*operation)) : NULL;

	if (!operation)
		return false;
	operation->call = (struct vici_call){.stream = event, .reply = reply, .context = context};
	operation->step = STEP_REGISTER;
	vici->listeners[vici->listener_count++] = (struct listener){event, handler, context};
	enqueue(vici, operation);
	return true;
}

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_VICI_H
#define WEIPSEC_VICI_H

#include "runtime/vici/message.h"

#include <uev/uev.h>

/*
 * A client of VICI on an event loop (docs/vici.md has a program).  It never blocks.  Commands
 * wait in a queue, since charon takes one at a time; events come whenever charon sends them.
 * Whatever breaks the protocol (a packet that is too long, a message that is not whole, an answer
 *to nothing) or is late ends the connection: what came after it could not be told apart.  Each call
 * ends with exactly one reply.
 *
 *	struct vici *vici = vici_new(&loop, when_lost, context);
 *	int error = vici_connect(vici, VICI_URI);
 *	vici_call(vici, &(struct vici_call){.command = "version", .reply = on_version});
 *
 * A callback may do anything but free the client.  What it is given is there until it returns.
 */

#define VICI_URI "unix:///run/charon.vici"
#define VICI_PACKET_MAX ((size_t)512 * 1024) /* charon's own limit */
#define VICI_STREAM_MAX ((size_t)16 << 20)   /* of all parts of an answer */

enum vici_status {
	VICI_DONE,    /* charon answered; its `success' is in the message */
	VICI_UNKNOWN, /* charon knows no such command or event */
	VICI_LATE,    /* no answer in time; the connection is gone */
	VICI_LOST     /* the connection was lost, or closed, before the answer */
};

/* With VICI_LATE and VICI_LOST, MESSAGE is one line that says why, fit to be printed. */
typedef void vici_reply(void *context, enum vici_status status, struct slice message);
typedef void vici_event(void *context, struct slice message);
/* WHY is one line, fit to be printed. */
typedef void vici_lost(void *context, const char *why);

struct vici_call {
	const char *command;  /* neither name is copied: literals */
	const char *stream;   /* the event that brings the answer's parts, or NULL */
	struct slice message; /* copied; {NULL, 0} for none */
	vici_event *part;     /* gets each part; NULL without a stream */
	vici_reply *reply;    /* or NULL */
	void *context;	      /* for both */
	int timeout;	      /* milliseconds from its turn to the reply; 0: VICI_TIMEOUT */
};

/*
 * A call may be given longer than that.  Then charon is asked for its version meanwhile, on another
 * connection: one that is stopped is given up after VICI_TIMEOUT all the same.
 */

#define VICI_TIMEOUT 10000

struct vici;

/*
 * Not connected yet.  LOST (or NULL) is called when a connection ends without vici_close(), after
 * the replies of what waited: the place to connect anew.  NULL without memory or a descriptor.
 */
struct vici *vici_new(uev_ctx_t *loop, vici_lost *lost, void *context);
/*
 * NULL is none.  Not from a callback of any watcher of the loop, which may have an event of this
 * one in hand: vici_close() there, and free it when uev_run() has returned.
 */
void vici_free(struct vici *vici);

/*
 * Connects to URI, `unix://PATH', at once, and closes the connection before.  0 or errno, and the
 * one before stays; EINVAL: no such URI.
 */
int vici_connect(struct vici *vici, const char *uri);
/* The same with a socket that is connected; it owns FD from now on, also on failure. */
int vici_attach(struct vici *vici, int fd);
bool vici_is_connected(const struct vici *vici);
/* Ends the connection; what waits in the queue gets VICI_LOST. */
void vici_close(struct vici *vici);

/*
 * Puts CALL into the queue; its reply comes later, never from in here.  False, and no reply,
 * without memory or connection, for a message that is not whole or does not fit into
 * VICI_PACKET_MAX, and for a stream that is listened to.
 */
bool vici_call(struct vici *vici, const struct vici_call *call);
/*
 * EVENT (a literal, it is not copied) goes to HANDLER from now on, until the connection ends; not
 * one that calls stream.  REPLY (or NULL) tells when charon has agreed.  False without memory or
 * connection, and for what is listened to already.
 */
bool vici_listen(struct vici *vici, const char *event, vici_event *handler, vici_reply *reply,
		 void *context);

#endif

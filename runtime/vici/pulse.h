/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PULSE_H
#define WEIPSEC_PULSE_H

#include <stdbool.h>
#include <sys/un.h>

/*
 * Is charon alive that takes long to answer?  It is asked for its version meanwhile, on another
 * connection, which another thread of it answers at once.  Internal to runtime/vici/.
 */
struct pulse {
	struct sockaddr_un address; /* its socket; no family: nobody knows it */
	int fd;			    /* -1: nothing is asked */
	long long since;	    /* when it was alive, by pulse_clock() */
};

#define PULSE_EVERY 1000 /* milliseconds between two calls of pulse_look() */

/* The address of `unix://PATH' into ADDRESS; false if URI is none. */
bool pulse_address(const char *uri, struct sockaddr_un *address);
/* A connection to ADDRESS; -1 with errno. */
int pulse_connect(const struct sockaddr_un *address);

/* Milliseconds of a clock of its own: whoever takes the client takes nothing else. */
long long pulse_clock(void);

/* Before it is waited for, at NOW. */
void pulse_begin(struct pulse *pulse, long long now);
/* Asks, and looks for the answer.  The milliseconds since charon was alive. */
long long pulse_look(struct pulse *pulse, long long now);
/* It need not be waited for any more. */
void pulse_end(struct pulse *pulse);

#endif

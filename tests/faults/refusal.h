/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_REFUSAL_H
#define WEIPSEC_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

/*
 * System calls of another process that do not do what it asks.  That process has a filter that
 * hands each call of the table below to ours, which lets it go on, or answers in its place.
 */

#define REFUSAL_SOCKET 901 /* the descriptor by which that process hands over what it is asked by  \
			    */
#define REFUSAL_ERRORS 8
#define REFUSAL_CALLS 8192 /* that are remembered of a process */

/* What stands for an errno where a call does half of what it is asked, or its process is killed. */
#define REFUSAL_SHORT (-1)
#define REFUSAL_KILL (-2)
#define REFUSAL_END (-3) /* or told to end */

struct refusal_call {
	const char *name;
	long number;
	int errors[REFUSAL_ERRORS]; /* that it can have, 0 behind them */
	bool is_retried;	    /* EINTR, and half of the bytes, are to change nothing */
};

struct refusal {
	long at;	     /* the call that is refused, from 1; 0: none is */
	const char *of;	     /* calls of this name alone are counted for that, or NULL */
	long passed;	     /* those that were, so far */
	bool on;	     /* and those of the same name behind it */
	bool has_begun;	     /* it was refused, */
	size_t first;	     /* and this row it was of */
	int error;	     /* or what stands for one */
	char file[64];	     /* what the descriptor was of the last one, if it had one */
	long count;	     /* calls that there were */
	unsigned char *made; /* of each the row, REFUSAL_CALLS at most */
};

/* Room for a descriptor beside a message. */
union refusal_beside {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr head;
};

/* The rows; NULL behind the last one. */
const struct refusal_call *refusal_row(size_t i);

/* In the other process: from now on it is asked.  False with errno. */
bool refusal_submit(void);
/* In ours: attends CHILD until it has ended, which is left to be waited for. */
void refusal_attend(pid_t child, int socket, struct refusal *refusal);

#endif

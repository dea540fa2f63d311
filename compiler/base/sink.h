/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SINK_H
#define WEIPSEC_SINK_H

#include <stdio.h>

/*
 * Why writing failed.  stdio keeps that it did, and not why: errno is somebody else's, or nobody's,
 * by the time that it is asked for.
 */

/* Where a stream writes to. */
struct sink {
	int fd;
	int error; /* errno of the first write that failed, 0: none did */
};

/*
 * A stream that writes to SINK's descriptor, which it owns from now on, and keeps in SINK why it
 * could not; SINK stays where it is until it is closed.  NULL with errno.
 */
FILE *sink_open(struct sink *sink);

/*
 * The errno of what STREAM, anybody's, could not write, 0 if nothing failed.  A pipe without a
 * reader is known for that; else it is the errno of this moment, or without one what comes of
 * another line, or EIO.
 */
int sink_why(FILE *stream);

#endif

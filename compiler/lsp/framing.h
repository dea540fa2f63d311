/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FRAMING_H
#define WEIPSEC_FRAMING_H

#include "compiler/base/text.h"

#include <stdbool.h>

/*
 * The frames of JSON-RPC in a stream of bytes: header lines with a `Content-Length', an empty line,
 * and so many bytes.  What is no frame is passed over up to the next one.
 */

/* A message may have so many bytes; that is room for the largest text (text.h), were each line end
 * of it escaped. */
#define FRAMING_MESSAGE_MAX ((size_t)96 << 20)
/* The headers of a message, their line ends included. */
#define FRAMING_HEADER_MAX ((size_t)4096)

/* What came, and is not taken yet.  Zeroed it is empty. */
struct framing {
	char *bytes; /* from malloc() */
	size_t from, to, room;
	size_t passed_over; /* so many bytes that are still to come belong to a message too large */
	bool is_lost;	    /* looks for the next header */
};

enum framing_found {
	FRAMING_NOTHING, /* more has to come first */
	FRAMING_MESSAGE,
	FRAMING_BROKEN, /* headers that do not say how long the message is */
	FRAMING_LARGE	/* a message over FRAMING_MESSAGE_MAX, which is passed over */
};

/* Adds BYTES; false without memory. */
bool framing_add(struct framing *framing, struct slice bytes);
/* What comes next; *MESSAGE is good until more is added. */
enum framing_found framing_next(struct framing *framing, struct slice *message);
void framing_free(struct framing *framing);

#endif

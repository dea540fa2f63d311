/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LINE_H
#define WEIPSEC_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The line of a packet, and the bytes that it is made from, piece by piece. */

/* A line without its end; what does not fit is cut. */
struct packet_line {
	char text[320];
	size_t length;
};

/* Adds to LINE. */
void packet_line_add(struct packet_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A header and what is behind it. */
struct packet_part {
	const unsigned char *at;
	size_t left; /* bytes there are */
	size_t size; /* bytes there were, at least as many */
	bool whole;  /* false: a first fragment, so what follows may be missing */
};

/* Numbers at AT, in the order of the network. */
static inline unsigned packet_u16(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static inline uint32_t packet_u32(const unsigned char *at)
{
	return (uint32_t)packet_u16(at) << 16 | packet_u16(at + 2);
}

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PACKET_H
#define WEIPSEC_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>

/* IKE and ESP packets, one line each; docs/monitor.md says what a line has. */

/* What stands before the IPv4 header. */
enum packet_link {
	PACKET_ETHERNET,
	PACKET_COOKED,	 /* Linux, any interface */
	PACKET_COOKED_2, /* the same, second version */
	PACKET_LOOPBACK, /* an address family in 4 bytes, of either order */
	PACKET_RAW	 /* nothing */
};

struct packet {
	enum packet_link link;
	struct timeval time;
	const unsigned char *bytes;
	size_t captured; /* how many there are, */
	size_t size;	 /* and how many there were */
};

/* Our own addresses, as numbers (192.0.2.1 is 0xc0000201): who sent from one, sent from here. */
struct packet_locals {
	const uint32_t *ips;
	size_t count;
};

/* A line without its end; what does not fit is cut. */
struct packet_line {
	char text[320];
	size_t length;
};

/*
 * Says in LINE what PACKET is, at the time of the local time zone.  No length that a packet has of
 * itself is believed, and every packet gets a line.
 */
void packet_describe(struct packet_line *line, const struct packet *packet,
		     const struct packet_locals *locals);

/* --- what packet.c and ike.c share ------------------------------------------------------------ */

/* A header and what is behind it. */
struct packet_part {
	const unsigned char *at;
	size_t left; /* bytes there are */
	size_t size; /* bytes there were, at least as many */
	bool whole;  /* false: a first fragment, so what follows may be missing */
};

void packet_line_add(struct packet_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds what the IKE message PART is.  What is wrong with it, or NULL. */
const char *ike_describe(struct packet_line *line, const struct packet_part *part);

static inline unsigned packet_u16(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static inline uint32_t packet_u32(const unsigned char *at)
{
	return (uint32_t)packet_u16(at) << 16 | packet_u16(at + 2);
}

#endif

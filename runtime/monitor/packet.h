/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PACKET_H
#define WEIPSEC_PACKET_H

#include "runtime/monitor/line.h"

#include <stdint.h>

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
	int64_t time; /* seconds since 1970 */
	uint32_t microseconds;
	const unsigned char *bytes;
	size_t captured; /* how many there are, */
	size_t size;	 /* and how many there were */
};

/* Our own addresses, as numbers (192.0.2.1 is 0xc0000201): who sent from one, sent from here. */
struct packet_locals {
	const uint32_t *ips;
	size_t count;
};

/*
 * Says in LINE what PACKET is, at the time of the local time zone.  No length that a packet has of
 * itself is believed, and every packet gets a line.
 */
void packet_describe(struct packet_line *line, const struct packet *packet,
		     const struct packet_locals *locals);

#endif

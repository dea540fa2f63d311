/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MONITOR_CAPTURE_H
#define WEIPSEC_MONITOR_CAPTURE_H

#include "runtime/monitor/packet.h"

#include <pcap/pcap.h>
#include <stddef.h>

/* The IKE and ESP packets between pairs of addresses, live or from a file. */

/* How long the kernel may keep packets to itself, in ms: a batch for a busy line, no wait for eyes.
 */
#define CAPTURE_BATCH 100

/* A peer that is any. */
#define CAPTURE_ANY 0u

struct capture_pair {
	uint32_t local;
	uint32_t peer; /* or CAPTURE_ANY */
};

struct capture {
	pcap_t *pcap;
	enum packet_link link;
	char why[PCAP_ERRBUF_SIZE + 64]; /* what failed last, one line */
};

/* Both: false with capture->why filled in; capture_close() in any case. */
bool capture_listen(struct capture *capture, const char *interface,
		    const struct capture_pair *pairs, size_t count);
bool capture_read(struct capture *capture, const char *file, const struct capture_pair *pairs,
		  size_t count);
void capture_close(struct capture *capture);

#endif

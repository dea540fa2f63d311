/* SPDX-License-Identifier: ISC */
#include "runtime/monitor/capture.h"

#include "compiler/model/model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * IPv4 only, as WeOS has it.  Behind the first fragment there is no port, so UDP fragments all
 * pass.
 */
static const char PACKETS[] =
    "(esp or udp port 500 or udp port 4500 or (ip proto 17 and ip[6:2] & 0x1fff != 0))";

static bool fail_capture(struct capture *capture, const char *what, const char *why)
{
	snprintf(capture->why, sizeof(capture->why), "%.80s: %.200s", what, why);
	return false;
}

/* ---- what passes ---- */

static void print_pairs(FILE *out, const struct capture_pair *pairs, size_t count)
{
	fputs("ip and (", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%s(host " IP_FORMAT, i ? " or " : "", IP_BYTES(pairs[i].local));
		if (pairs[i].peer != CAPTURE_ANY)
			fprintf(out, " and host " IP_FORMAT, IP_BYTES(pairs[i].peer));
		fputc(')', out);
	}
	fprintf(out, ") and %s", PACKETS);
}

/* In pcap-filter's language, from malloc(); NULL without memory. */
static char *write_filter(int datalink, const struct capture_pair *pairs, size_t count)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	print_pairs(out, pairs, count);
	if (datalink == DLT_EN10MB) { /* `vlan' moves all that stands behind it */
		fputs(" or (vlan and ", out);
		print_pairs(out, pairs, count);
		fputc(')', out);
	}
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static bool set_filter(struct capture *capture, const char *what, const struct capture_pair *pairs,
		       size_t count)
{
	char *filter = write_filter(pcap_datalink(capture->pcap), pairs, count);
	struct bpf_program program;
	bool set;

	if (!filter)
		return fail_capture(capture, what, strerror(ENOMEM));
	set = pcap_compile(capture->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0;
	free(filter);
	if (set) {
		set = pcap_setfilter(capture->pcap, &program) == 0;
		pcap_freecode(&program);
	}
	return set || fail_capture(capture, what, pcap_geterr(capture->pcap));
}

static bool find_link(struct capture *capture, const char *what)
{
	static const struct {
		int datalink;
		enum packet_link link;
	} links[] = {
	    {DLT_EN10MB, PACKET_ETHERNET},
	    {DLT_LINUX_SLL, PACKET_COOKED},
	    {DLT_LINUX_SLL2, PACKET_COOKED_2},
	    {DLT_NULL, PACKET_LOOPBACK},
	    {DLT_LOOP, PACKET_LOOPBACK},
	    {DLT_RAW, PACKET_RAW},
	    {DLT_IPV4, PACKET_RAW},
	};
	int datalink = pcap_datalink(capture->pcap);

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		if (links[i].datalink != datalink)
			continue;
		capture->link = links[i].link;
		return true;
	}
	return fail_capture(capture, what, "packets of a kind of network that is not known here");
}

/* ---- where packets come from ---- */

static bool fail_to_listen(struct capture *capture, const char *interface, int error)
{
	if (error == PCAP_ERROR_PERM_DENIED)
		return fail_capture(capture, interface, "capturing needs root (CAP_NET_RAW)");
	if (error == PCAP_ERROR_NO_SUCH_DEVICE)
		return fail_capture(capture, interface, "there is no such interface");
	return fail_capture(capture, interface,
			    error == PCAP_ERROR ? pcap_geterr(capture->pcap)
						: pcap_statustostr(error));
}

bool capture_listen(struct capture *capture, const char *interface,
		    const struct capture_pair *pairs, size_t count)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	int error;

	capture->pcap = pcap_create(interface, why);
	if (!capture->pcap)
		return fail_capture(capture, interface, why);
	pcap_set_timeout(capture->pcap, CAPTURE_BATCH);
	error = pcap_activate(capture->pcap);
	if (error < 0)
		return fail_to_listen(capture, interface, error);
	if (pcap_setnonblock(capture->pcap, 1, why) != 0)
		return fail_capture(capture, interface, why);
	return find_link(capture, interface) && set_filter(capture, interface, pairs, count);
}

bool capture_read(struct capture *capture, const char *file, const struct capture_pair *pairs,
		  size_t count)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	FILE *in = fopen(file, "re");

	if (!in)
		return fail_capture(capture, file, strerror(errno));
	capture->pcap = pcap_fopen_offline(in, why);
	if (!capture->pcap) {
		fclose(in);
		return fail_capture(capture, file, why);
	}
	return find_link(capture, file) && set_filter(capture, file, pairs, count);
}

void capture_close(struct capture *capture)
{
	if (capture->pcap)
		pcap_close(capture->pcap);
	capture->pcap = NULL;
}

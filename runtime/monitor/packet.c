/* SPDX-License-Identifier: ISC */
#include "runtime/monitor/packet.h"

#include "compiler/model/model.h"
#include "runtime/monitor/ike.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_VLAN = 0x8100, ETHERTYPE_SERVICE_VLAN = 0x88a8 };
enum { FAMILY_IPV4 = 2 };
enum { PROTOCOL_UDP = 17, PROTOCOL_ESP = 50 };
enum { PORT_IKE = 500, PORT_NAT = 4500 };
enum { IP_HEADER = 20, UDP_HEADER = 8, ESP_HEADER = 8, NON_ESP_MARKER = 4 };
enum { IP_OFFSET = 0x1fff, IP_MORE = 0x2000 };

/* A packet between its link header and its line. */
struct decoding {
	struct packet_line *line;
	const struct packet_locals *locals;
	struct packet_part ip;
	bool sent;
	unsigned protocol;
	unsigned fragment; /* flags and offset of the IP header */
};

/* PART without its first SIZE bytes, which it has. */
static struct packet_part skip(struct packet_part part, size_t size)
{
	part.at += size;
	part.left -= size;
	part.size -= size;
	return part;
}

/* PART ends behind SIZE bytes, unless it does before. */
static void limit(struct packet_part *part, size_t size)
{
	if (part->size > size)
		part->size = size;
	if (part->left > size)
		part->left = size;
}

/* ---- links ---- */

/* Where IPv4 begins behind the ethertype at AT, or 0.  Tags of VLANs may stand between. */
static size_t find_ipv4(const struct packet_part *frame, size_t at, size_t begins)
{
	while (begins <= frame->left) {
		unsigned type = packet_u16(frame->at + at);

		if (type == ETHERTYPE_IPV4)
			return begins;
		if (type != ETHERTYPE_VLAN && type != ETHERTYPE_SERVICE_VLAN)
			return 0;
		at = begins + 2;
		begins += 4;
	}
	return 0;
}

static bool is_family(const struct packet_part *frame)
{
	static const unsigned char big[4] = {0, 0, 0, FAMILY_IPV4}, little[4] = {FAMILY_IPV4};

	return frame->left >= 4 &&
	       (memcmp(frame->at, big, 4) == 0 || memcmp(frame->at, little, 4) == 0);
}

/* Takes the link header off.  False if no IPv4 is behind it. */
static bool strip_link(struct packet_part *frame, enum packet_link link)
{
	size_t size = 0;

	switch (link) {
	case PACKET_ETHERNET:
		size = find_ipv4(frame, 12, 14);
		break;
	case PACKET_COOKED:
		size = find_ipv4(frame, 14, 16);
		break;
	case PACKET_COOKED_2:
		size = find_ipv4(frame, 0, 20);
		break;
	case PACKET_LOOPBACK:
		size = is_family(frame) ? 4 : 0;
		break;
	case PACKET_RAW:
		return true;
	}
	*frame = skip(*frame, size);
	return size > 0;
}

/* ---- the peer ---- */

static bool is_local(const struct packet_locals *locals, uint32_t ip)
{
	for (size_t i = 0; i < locals->count; i++) {
		if (locals->ips[i] == ip)
			return true;
	}
	return false;
}

static void add_peer(struct decoding *decoding)
{
	uint32_t from = packet_u32(decoding->ip.at + 12), to = packet_u32(decoding->ip.at + 16);
	bool received = is_local(decoding->locals, to);

	decoding->sent = is_local(decoding->locals, from);
	packet_line_add(decoding->line, " %c " IP_FORMAT,
			decoding->sent ? '>'
			: received     ? '<'
				       : '?',
			IP_BYTES(decoding->sent ? to : from));
}

/* ---- what it carries ---- */

static const char *describe_esp(struct decoding *decoding, const struct packet_part *part,
				const char *name)
{
	packet_line_add(decoding->line, " %s", name);
	if (part->left < ESP_HEADER)
		return part->size < ESP_HEADER ? "shorter than an ESP header" : NULL;
	packet_line_add(decoding->line, " spi %08x seq %u", (unsigned)packet_u32(part->at),
			(unsigned)packet_u32(part->at + 4));
	return NULL;
}

/* Port 4500 (RFC 3948): IKE behind four zeros, one byte 0xff that keeps a NAT open, or ESP. */
static const char *describe_encapsulated(struct decoding *decoding, const struct packet_part *part)
{
	struct packet_part message;

	if (part->size == 1 && part->left == 1 && part->at[0] == 0xff) {
		packet_line_add(decoding->line, " NAT-keepalive");
		return NULL;
	}
	if (part->left < NON_ESP_MARKER || packet_u32(part->at) != 0)
		return describe_esp(decoding, part, "ESP-in-UDP");
	message = skip(*part, NON_ESP_MARKER);
	return ike_describe(decoding->line, &message);
}

static const char *describe_udp(struct decoding *decoding, struct packet_part part)
{
	unsigned from, to, length;

	if (part.left < UDP_HEADER) {
		packet_line_add(decoding->line, " UDP");
		return part.size < UDP_HEADER ? "shorter than a UDP header" : NULL;
	}
	from = packet_u16(part.at);
	to = packet_u16(part.at + 2);
	length = packet_u16(part.at + 4);
	packet_line_add(decoding->line, ":%u", decoding->sent ? to : from);
	if (length < UDP_HEADER || (part.whole && length > part.size)) {
		packet_line_add(decoding->line, " UDP");
		return "wrong length of UDP";
	}
	limit(&part, length);
	part = skip(part, UDP_HEADER);
	if (from == PORT_IKE || to == PORT_IKE)
		return ike_describe(decoding->line, &part);
	if (from == PORT_NAT || to == PORT_NAT)
		return describe_encapsulated(decoding, &part);
	packet_line_add(decoding->line, " UDP");
	return NULL;
}

static const char *describe_protocol(struct decoding *decoding, const struct packet_part *part)
{
	static const char *const names[256] = {[PROTOCOL_UDP] = "UDP", [PROTOCOL_ESP] = "ESP"};
	const char *name = names[decoding->protocol];

	if (decoding->protocol == PROTOCOL_UDP && !(decoding->fragment & IP_OFFSET))
		return describe_udp(decoding, *part);
	if (decoding->protocol == PROTOCOL_ESP && !(decoding->fragment & IP_OFFSET))
		return describe_esp(decoding, part, name);
	if (name)
		packet_line_add(decoding->line, " %s", name);
	else
		packet_line_add(decoding->line, " protocol %u", decoding->protocol);
	return NULL;
}

static const char *describe_ip(struct decoding *decoding)
{
	struct packet_part *ip = &decoding->ip;
	size_t header, total;
	const char *flaw;

	if (ip->left < IP_HEADER || ip->at[0] >> 4 != 4) {
		packet_line_add(decoding->line, " ? - IP");
		return "no IPv4 header";
	}
	add_peer(decoding);
	header = (size_t)(ip->at[0] & 15) * 4;
	total = packet_u16(ip->at + 2);
	decoding->protocol = ip->at[9];
	decoding->fragment = packet_u16(ip->at + 6) & (IP_OFFSET | IP_MORE);
	if (total) /* 0: segments that the card is yet to cut */
		limit(ip, total);
	if (header < IP_HEADER || header > ip->size || total > ip->size) {
		packet_line_add(decoding->line, " IP");
		return "wrong length of IP";
	}
	if (header > ip->left) {
		packet_line_add(decoding->line, " IP");
		return NULL;
	}
	ip->whole = !decoding->fragment;
	flaw = describe_protocol(decoding, &(struct packet_part){ip->at + header, ip->left - header,
								 ip->size - header, ip->whole});
	if (decoding->fragment)
		packet_line_add(decoding->line, " fragment %04x offset %u", packet_u16(ip->at + 4),
				(decoding->fragment & IP_OFFSET) * 8);
	return flaw;
}

/* ---- the line ---- */

static void add_time(struct packet_line *line, const struct packet *packet)
{
	time_t time = (time_t)packet->time;
	struct tm tm;
	char clock[16];

	if (!localtime_r(&time, &tm) ||
	    strftime(clock, sizeof(clock), "%H:%M:%S", &tm) == 0)
		snprintf(clock, sizeof(clock), "--:--:--");
	packet_line_add(line, "%s.%06u", clock, packet->microseconds % 1000000);
}

void packet_describe(struct packet_line *line, const struct packet *packet,
		     const struct packet_locals *locals)
{
	struct decoding decoding = {
	    .line = line,
	    .locals = locals,
	    .ip = {packet->bytes, packet->captured, packet->size, true},
	};
	const char *flaw = NULL;

	line->length = 0;
	line->text[0] = '\0';
	if (decoding.ip.left > decoding.ip.size)
		decoding.ip.left = decoding.ip.size;
	add_time(line, packet);
	if (strip_link(&decoding.ip, packet->link))
		flaw = describe_ip(&decoding);
	else
		packet_line_add(line, " ? - not IPv4");
	packet_line_add(line, " %zu bytes", decoding.ip.size);
	if (flaw)
		packet_line_add(line, " (malformed: %s)", flaw);
	if (decoding.ip.left < decoding.ip.size)
		packet_line_add(line, " (truncated)");
}

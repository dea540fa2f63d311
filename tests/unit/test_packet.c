/* SPDX-License-Identifier: ISC */
/*
 * What a line says of a packet, and that no length in a packet is believed.  Prints TAP.
 */
#include "runtime/monitor/packet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Packets in hexadecimal.  We are 192.0.2.1, the peer is 198.51.100.1. */
#define IP(length, fragment, protocol, from, to)                                                   \
	"4500" length "abcd" fragment "40" protocol "0000" from to
#define OUT(length, fragment, protocol) IP(length, fragment, protocol, "c0000201", "c6336401")
#define IN(length, fragment, protocol) IP(length, fragment, protocol, "c6336401", "c0000201")
#define UDP(from, to, length) from to length "0000"
#define IKE(next, version, exchange, flags, id, length)                                            \
	"1122334455667788"                                                                         \
	"00000000ccddeeff" next version exchange flags id length
#define SPIS "spi 1122334455667788_i 00000000ccddeeff_r"
#define ESP                                                                                        \
	"c1234567"                                                                                 \
	"0000000a"

struct row {
	const char *what;
	enum packet_link link;
	const char *hex;
	size_t more;	  /* bytes that were not captured */
	const char *line; /* behind the time */
};

static const struct row rows[] = {
    {"a request that is sent", PACKET_RAW,
     OUT("0038", "4000", "11") UDP("01f4", "01f4", "0024")
	 IKE("00", "20", "22", "08", "00000000", "0000001c"),
     0, "> 198.51.100.1:500 IKEv2 IKE_SA_INIT request 0 from initiator " SPIS " 56 bytes"},
    {"a response from behind NAT, on port 4500", PACKET_RAW,
     IN("003c", "0000", "11")
	 UDP("0400", "1194", "0028") "00000000" IKE("2e", "20", "23", "20", "00000001", "0000001c"),
     0,
     "< 198.51.100.1:1024 IKEv2 IKE_AUTH response 1 from responder " SPIS
     " 60 bytes (malformed: wrong length of a payload)"},
    {"the part of a message", PACKET_RAW,
     OUT("0040", "0000", "11") UDP("01f4", "01f4", "002c")
	 IKE("35", "20", "2b", "08", "00000002", "00000024") "2300000800010003",
     0,
     "> 198.51.100.1:500 IKEv2 IKE_INTERMEDIATE request 2 from initiator " SPIS
     " part 1/3 64 bytes"},
    {"what is refused in clear", PACKET_RAW,
     IN("0048", "0000", "11") UDP("01f4", "01f4", "0034")
	 IKE("29", "20", "22", "20", "00000000", "0000002c") "2900000800004004"
							     "000000080000000e",
     0,
     "< 198.51.100.1:500 IKEv2 IKE_SA_INIT response 0 from responder " SPIS
     " NO_PROPOSAL_CHOSEN 72 bytes"},
    {"a cookie, and an error that has no name here", PACKET_RAW,
     IN("0048", "0000", "11") UDP("01f4", "01f4", "0034")
	 IKE("29", "20", "22", "20", "00000000", "0000002c") "2900000800004006"
							     "0000000800000063",
     0,
     "< 198.51.100.1:500 IKEv2 IKE_SA_INIT response 0 from responder " SPIS
     " COOKIE notify 99 72 bytes"},
    {"a payload beyond its message", PACKET_RAW,
     IN("0040", "0000", "11") UDP("01f4", "01f4", "002c")
	 IKE("29", "20", "22", "20", "00000000", "00000024") "000000090000000e",
     0,
     "< 198.51.100.1:500 IKEv2 IKE_SA_INIT response 0 from responder " SPIS
     " 64 bytes (malformed: wrong length of a payload)"},
    {"an exchange without a name", PACKET_RAW,
     OUT("0038", "0000", "11") UDP("01f4", "01f4", "0024")
	 IKE("00", "20", "f0", "00", "0000000b", "0000001c"),
     0, "> 198.51.100.1:500 IKEv2 exchange 240 request 11 from responder " SPIS " 56 bytes"},
    {"IKEv1, Main Mode", PACKET_RAW,
     OUT("0038", "0000", "11") UDP("01f4", "01f4", "0024")
	 IKE("00", "10", "02", "00", "00000000", "0000001c"),
     0, "> 198.51.100.1:500 IKEv1 Main Mode " SPIS " 56 bytes"},
    {"IKEv1, Quick Mode, encrypted", PACKET_RAW,
     OUT("003c", "0000", "11") UDP("01f4", "01f4", "0028")
	 IKE("08", "10", "20", "01", "8f3a12bc", "00000020") "ffffffff",
     0, "> 198.51.100.1:500 IKEv1 Quick Mode id 8f3a12bc " SPIS " 60 bytes"},
    {"IKEv1, refused in clear", PACKET_RAW,
     IN("0044", "0000", "11") UDP("01f4", "01f4", "0030")
	 IKE("0b", "10", "05", "00", "00000001", "00000028") "0000000c00000001"
							     "0100000e",
     0, "< 198.51.100.1:500 IKEv1 Informational id 00000001 " SPIS " NO_PROPOSAL_CHOSEN 68 bytes"},
    {"another version", PACKET_RAW,
     OUT("0038", "0000", "11") UDP("01f4", "01f4", "0024")
	 IKE("00", "31", "22", "08", "00000000", "0000001c"),
     0, "> 198.51.100.1:500 IKE version 3.1 56 bytes"},
    {"a length of IKE that is not its own", PACKET_RAW,
     OUT("0038", "0000", "11") UDP("01f4", "01f4", "0024")
	 IKE("00", "20", "25", "08", "00000003", "0000ffff"),
     0,
     "> 198.51.100.1:500 IKEv2 INFORMATIONAL request 3 from initiator " SPIS
     " 56 bytes (malformed: wrong length of IKE)"},
    {"less than a header of IKE", PACKET_RAW,
     OUT("0020", "0000", "11") UDP("01f4", "01f4", "000c") "11223344", 0,
     "> 198.51.100.1:500 IKE 32 bytes (malformed: shorter than an IKE header)"},
    {"ESP", PACKET_RAW, OUT("0020", "0000", "32") ESP "deadbeef", 0,
     "> 198.51.100.1 ESP spi c1234567 seq 10 32 bytes"},
    {"ESP in UDP", PACKET_RAW, IN("0028", "0000", "11") UDP("1194", "1194", "0014") ESP "deadbeef",
     0, "< 198.51.100.1:4500 ESP-in-UDP spi c1234567 seq 10 40 bytes"},
    {"less than a header of ESP", PACKET_RAW, OUT("0018", "0000", "32") "c1234567", 0,
     "> 198.51.100.1 ESP 24 bytes (malformed: shorter than an ESP header)"},
    {"what keeps a NAT open", PACKET_RAW,
     OUT("001d", "0000", "11") UDP("1194", "1194", "0009") "ff", 0,
     "> 198.51.100.1:4500 NAT-keepalive 29 bytes"},
    {"nothing in UDP", PACKET_RAW, OUT("001c", "0000", "11") UDP("1194", "1194", "0008"), 0,
     "> 198.51.100.1:4500 ESP-in-UDP 28 bytes (malformed: shorter than an ESP header)"},
    {"a length of UDP beyond its packet", PACKET_RAW,
     OUT("0020", "0000", "11") UDP("01f4", "01f4", "0ffc") "11223344", 0,
     "> 198.51.100.1:500 UDP 32 bytes (malformed: wrong length of UDP)"},
    {"a length of UDP below its header", PACKET_RAW,
     OUT("0020", "0000", "11") UDP("01f4", "01f4", "0007") "11223344", 0,
     "> 198.51.100.1:500 UDP 32 bytes (malformed: wrong length of UDP)"},
    {"a first fragment", PACKET_RAW,
     IN("0038", "2000", "11") UDP("01f4", "01f4", "0424")
	 IKE("2e", "20", "23", "08", "00000001", "0000041c"),
     0,
     "< 198.51.100.1:500 IKEv2 IKE_AUTH request 1 from initiator " SPIS
     " fragment abcd offset 0 56 bytes"},
    {"a later fragment", PACKET_RAW, IN("001c", "00b9", "11") "0102030405060708", 0,
     "< 198.51.100.1 UDP fragment abcd offset 1480 28 bytes"},
    {"a later fragment of ESP", PACKET_RAW, IN("001c", "20b9", "32") "0102030405060708", 0,
     "< 198.51.100.1 ESP fragment abcd offset 1480 28 bytes"},
    {"options of IP", PACKET_RAW, "46000024abcd000040320000c0000201c633640101010101" ESP "deadbeef",
     0, "> 198.51.100.1 ESP spi c1234567 seq 10 36 bytes"},
    {"options of IP beyond the packet", PACKET_RAW,
     "4f000018abcd000040320000c0000201c633640101010101", 0,
     "> 198.51.100.1 IP 24 bytes (malformed: wrong length of IP)"},
    {"a length of IP beyond the packet", PACKET_RAW, OUT("0021", "0000", "32") ESP "deadbeef", 0,
     "> 198.51.100.1 IP 32 bytes (malformed: wrong length of IP)"},
    {"a length of IP below its header", PACKET_RAW, OUT("0013", "0000", "32") ESP "deadbeef", 0,
     "> 198.51.100.1 IP 19 bytes (malformed: wrong length of IP)"},
    {"segments that are yet to be cut", PACKET_RAW, OUT("0000", "0000", "32") ESP "deadbeef", 0,
     "> 198.51.100.1 ESP spi c1234567 seq 10 32 bytes"},
    {"another protocol", PACKET_RAW, OUT("0018", "0000", "33") "00000000", 0,
     "> 198.51.100.1 protocol 51 24 bytes"},
    {"other ports", PACKET_RAW, OUT("0020", "0000", "11") UDP("0035", "0036", "000c") "11223344", 0,
     "> 198.51.100.1:54 UDP 32 bytes"},
    {"somebody else's packet", PACKET_RAW,
     IP("0020", "0000", "32", "cb007101", "cb007102") ESP "deadbeef", 0,
     "? 203.0.113.1 ESP spi c1234567 seq 10 32 bytes"},
    {"what was captured in part", PACKET_RAW, OUT("0578", "0000", "32") ESP, 1372,
     "> 198.51.100.1 ESP spi c1234567 seq 10 1400 bytes (truncated)"},
    {"IPv6", PACKET_RAW, "6000000000003b40", 32,
     "? - IP 40 bytes (malformed: no IPv4 header) (truncated)"},
    {"Ethernet with padding", PACKET_ETHERNET,
     "0200000000010200000000020800" OUT("0020", "0000", "32") ESP "deadbeef"
								  "0000000000000000",
     0, "> 198.51.100.1 ESP spi c1234567 seq 10 32 bytes"},
    {"Ethernet with two tags", PACKET_ETHERNET,
     "02000000000102000000000288a80001810000020800" OUT("0020", "0000", "32") ESP "deadbeef", 0,
     "> 198.51.100.1 ESP spi c1234567 seq 10 32 bytes"},
    {"Ethernet without IPv4", PACKET_ETHERNET, "0200000000010200000000020806000108000604", 0,
     "? - not IPv4 20 bytes"},
    {"cooked", PACKET_COOKED,
     "00000001000602000000000100000800" OUT("0020", "0000", "32") ESP "deadbeef", 0,
     "> 198.51.100.1 ESP spi c1234567 seq 10 32 bytes"},
    {"cooked, second version", PACKET_COOKED_2,
     "0800000000000002000100060200000000010000" OUT("0020", "0000", "32") ESP "deadbeef", 0,
     "> 198.51.100.1 ESP spi c1234567 seq 10 32 bytes"},
    {"a family in our order", PACKET_LOOPBACK, "02000000" OUT("0020", "0000", "32") ESP "deadbeef",
     0, "> 198.51.100.1 ESP spi c1234567 seq 10 32 bytes"},
    {"a family in the network's order", PACKET_LOOPBACK,
     "00000002" OUT("0020", "0000", "32") ESP "deadbeef", 0,
     "> 198.51.100.1 ESP spi c1234567 seq 10 32 bytes"},
    {"another family", PACKET_LOOPBACK, "0000001c6000000000003b40", 0, "? - not IPv4 12 bytes"},
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d %s\n", holds ? "" : "not ", ++count, what);
}

/* From malloc() and no byte larger, so that valgrind and ASan see who reads behind it. */
static unsigned char *read_hex(const char *hex, size_t size)
{
	unsigned char *bytes = malloc(size ? size : 1);

	if (!bytes)
		exit(2);
	for (size_t i = 0; i < size; i++) {
		const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

		bytes[i] = (unsigned char)strtoul(digits, NULL, 16);
	}
	return bytes;
}

static void describe(struct packet_line *line, const struct row *row, size_t captured)
{
	static const uint32_t ours[] = {0xcb00710a, 0xc0000201};
	const struct packet_locals locals = {ours, 2};
	unsigned char *bytes = read_hex(row->hex, captured);
	const struct packet packet = {.link = row->link,
				      .time = 43200,
				      .microseconds = 123456,
				      .bytes = bytes,
				      .captured = captured,
				      .size = strlen(row->hex) / 2 + row->more};

	packet_describe(line, &packet, &locals);
	free(bytes);
}

static void check_line(const struct row *row)
{
	struct packet_line line;
	char expected[sizeof(line.text)];

	describe(&line, row, strlen(row->hex) / 2);
	snprintf(expected, sizeof(expected), "12:00:00.123456 %s", row->line);
	ok(strcmp(line.text, expected) == 0 && line.length == strlen(expected), row->what);
	if (strcmp(line.text, expected) != 0)
		printf("# %s\n# %s\n", line.text, expected);
}

/* However much of a packet was captured, its line does not say more, and says so. */
static void check_cuts(const struct row *row)
{
	struct packet_line whole, line;
	bool holds = true;

	describe(&whole, row, strlen(row->hex) / 2);
	for (size_t captured = 0; captured < strlen(row->hex) / 2; captured++) {
		describe(&line, row, captured);
		holds = holds && line.length < sizeof(line.text) &&
			(strstr(line.text, "(truncated)") || strcmp(line.text, whole.text) == 0 ||
			 strstr(line.text, "not IPv4"));
		if (!holds)
			break;
	}
	ok(holds, row->what);
	if (!holds)
		printf("# %s\n# %s\n", line.text, whole.text);
}

/* A message of notifies alone leaves room for what is at the end of its line. */
static void check_long(void)
{
	static char hex[2 * 2000];
	const struct row row = {"", PACKET_RAW, hex, 0, ""};
	struct packet_line line;
	size_t length = (size_t)sprintf(hex, "%s",
					OUT("01b8", "0000", "11") UDP("01f4", "01f4", "01a4")
					    IKE("29", "20", "25", "08", "00000003", "0000019c"));

	for (int i = 0; i < 48; i++)
		length += (size_t)sprintf(hex + length, "2900000800000001");
	describe(&line, &row, length / 2);
	ok(strstr(line.text, " UNSUPPORTED_CRITICAL_PAYLOAD 440 bytes") != NULL,
	   "a message of many notifies");
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	for (size_t i = 0; i < ROWS; i++)
		check_line(&rows[i]);
	for (size_t i = 0; i < ROWS; i++)
		check_cuts(&rows[i]);
	check_long();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: ISC */
/*
 * Any packet to its line.  The first byte is its link, the second how much of it was not captured.
 * Beside what the sanitizers see, it holds that a line is one line, printable, and complete.
 */
#include "runtime/monitor/packet.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct packet_line *line)
{
	assert(line->length < sizeof(line->text) - 1);
	assert(strlen(line->text) == line->length);
	assert(strstr(line->text, " bytes"));
	for (size_t i = 0; i < line->length; i++)
		assert(line->text[i] >= 0x20 && line->text[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t ours[] = {0xc0000201};
	const struct packet_locals locals = {ours, 1};
	struct packet packet = {.time = 1, .microseconds = 1};
	struct packet_line line;

	if (size < 2)
		return -1;
	packet.link = (enum packet_link)(data[0] % (PACKET_RAW + 1));
	packet.bytes = data + 2;
	packet.captured = size - 2;
	packet.size = packet.captured + data[1];
	packet_describe(&line, &packet, &locals);
	check(&line);
	return 0;
}

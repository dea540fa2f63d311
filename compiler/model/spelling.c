/* SPDX-License-Identifier: ISC */
#include "compiler/model/spelling.h"

#include <stdbool.h>
#include <string.h>

/* The six bits of BYTES from the bit FROM on; all of them are there. */
static unsigned six_bits(struct slice bytes, size_t from)
{
	size_t byte = from / 8;
	unsigned pair = (unsigned)(unsigned char)bytes.at[byte] << 8;

	if (from % 8 > 2)
		pair |= (unsigned char)bytes.at[byte + 1];
	return pair >> (10 - from % 8) & 63;
}

static size_t write_hex(struct slice bytes, char *to)
{
	size_t count = bytes.length < SPELLING_MOST / 2 ? bytes.length : SPELLING_MOST / 2;

	hex_write(bytes.at, count, to);
	return 2 * count;
}

/* What the last letter is rests on what stands behind the last byte, unless it has six bits. */
static size_t write_base64(struct slice bytes, const char *last_two, char *to)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t count = bytes.length * 8 / 6;

	count = count < SPELLING_MOST ? count : SPELLING_MOST;
	for (size_t i = 0; i < count; i++) {
		unsigned bits = six_bits(bytes, 6 * i);

		to[i] = *(bits < 62 ? &letters[bits] : &last_two[bits - 62]);
	}
	return count;
}

size_t spelling_write(enum spelling spelling, struct slice bytes, char *to)
{
	size_t count;

	if (bytes.length < SPELLING_LEAST)
		return 0;
	switch (spelling) {
	case SPELLING_HEX:
		return write_hex(bytes, to);
	case SPELLING_BASE64:
		return write_base64(bytes, "+/", to);
	case SPELLING_BASE64URL:
		count = write_base64(bytes, "-_", to);
		return memchr(to, '-', count) || memchr(to, '_', count) ? count : 0;
	case SPELLING_COUNT:
		break;
	}
	return 0;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/base/printable.h"

#include <stdlib.h>
#include <string.h>

/* Code points that show nothing, or show the rest in another order (Unicode's Cc, Cf and kin). */
static const struct {
	uint32_t first, last;
} hidden[] = {{0x00, 0x1f},	{0x7f, 0x9f},	    {0xad, 0xad},	{0x34f, 0x34f},
	      {0x600, 0x605},	{0x61c, 0x61c},	    {0x6dd, 0x6dd},	{0x70f, 0x70f},
	      {0x890, 0x891},	{0x8e2, 0x8e2},	    {0x115f, 0x1160},	{0x17b4, 0x17b5},
	      {0x180b, 0x180f}, {0x200b, 0x200f},   {0x2028, 0x202e},	{0x2060, 0x206f},
	      {0x3164, 0x3164}, {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},	{0xfdd0, 0xfdef},
	      {0xffa0, 0xffa0}, {0xfff9, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
	      {0xe000, 0xf8ff}, {0x13430, 0x1345f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
	      {0xe0000, 0x10ffff}};

static int is_hidden(uint32_t code)
{
	if ((code & 0xfffe) == 0xfffe) /* no character, in any plane */
		return 1;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		if (code >= hidden[i].first && code <= hidden[i].last)
			return 1;
	}
	return 0;
}

size_t printable_length(struct slice bytes)
{
	uint32_t code = 0;
	size_t length;

	if (bytes.length && *bytes.at >= ' ' && *bytes.at <= '~')
		return 1;
	length = utf8_length(bytes.at, bytes.length, &code);
	return length && !is_hidden(code) ? length : 0;
}

/* One character of BYTES into BUFFER, as it is or as \xHH; *TAKEN are its bytes there. */
static size_t copy_one(char buffer[PRINTABLE_ESCAPE + 1], struct slice bytes, size_t *taken)
{
	size_t length = printable_length(bytes);

	*taken = length ? length : 1;
	if (!length)
		return (size_t)snprintf(buffer, PRINTABLE_ESCAPE + 1, "\\x%02X",
					(unsigned)(unsigned char)*bytes.at);
	memcpy(buffer, bytes.at, length);
	return length;
}

size_t printable_copy(char *buffer, size_t size, struct slice bytes)
{
	static const char more[] = "...";
	size_t used = 0, fits = 0, taken;

	while (bytes.length) {
		char one[PRINTABLE_ESCAPE + 1];
		size_t length = copy_one(one, bytes, &taken);

		if (used + length >= size)
			break;
		memcpy(buffer + used, one, length);
		used += length;
		if (used + sizeof(more) <= size)
			fits = used;
		bytes.at += taken;
		bytes.length -= taken;
	}
	if (bytes.length) {
		memcpy(buffer + fits, more, sizeof(more));
		return fits + sizeof(more) - 1;
	}
	buffer[used] = '\0';
	return used;
}

char *printable_new(const char *string)
{
	size_t length = strlen(string);
	size_t size = PRINTABLE_ESCAPE * length + 8;
	char *copy = malloc(size);

	if (copy)
		printable_copy(copy, size, (struct slice){string, length});
	return copy;
}

/* How many bytes BYTES begins with that are printed as they are, of ASCII alone. */
static size_t plain_length(struct slice bytes)
{
	size_t length = 0;

	while (length < bytes.length && bytes.at[length] >= ' ' && bytes.at[length] <= '~')
		length++;
	return length;
}

const char *printable_entity(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

void printable_print(FILE *out, struct slice bytes)
{
	while (bytes.length) {
		char one[PRINTABLE_ESCAPE + 1];
		size_t taken = plain_length(bytes), length;

		if (taken) {
			fwrite(bytes.at, 1, taken, out);
		} else {
			length = copy_one(one, bytes, &taken);
			fwrite(one, 1, length, out);
		}
		bytes.at += taken;
		bytes.length -= taken;
	}
}

void printable_puts(FILE *out, const char *string)
{
	printable_print(out, (struct slice){string, strlen(string)});
}

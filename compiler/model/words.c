/* SPDX-License-Identifier: ISC */
/* Addresses are IPv4 only, and written so that no two programs read them differently. */
#include "compiler/model/words.h"

#include <string.h>

#define BROADCAST UINT32_C(0xffffffff)
#define MULTICAST_FIRST UINT32_C(0xe0000000)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool number_read(struct slice word, uint32_t *number)
{
	uint64_t value = 0;

	if (word.length == 0 || (word.length > 1 && word.at[0] == '0'))
		return false;
	for (size_t i = 0; i < word.length; i++) {
		if (!is_digit(word.at[i]))
			return false;
		value = value * 10 + (uint64_t)(word.at[i] - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*number = (uint32_t)value;
	return true;
}

/* Seconds in a unit, or 0. */
static uint32_t unit_seconds(struct slice unit)
{
	if (unit.length == 0 || slice_is(unit, "s"))
		return 1;
	if (slice_is(unit, "m"))
		return 60;
	if (slice_is(unit, "h"))
		return 3600;
	if (slice_is(unit, "d"))
		return 86400;
	return 0;
}

bool duration_read(struct slice word, uint32_t *seconds)
{
	struct slice number = {word.at, 0}, unit;
	uint32_t value, factor;

	while (number.length < word.length && is_digit(word.at[number.length]))
		number.length++;
	unit = slice_cut(word, number.length);
	factor = unit_seconds(unit);
	if (factor == 0 || !number_read(number, &value) || value > UINT32_MAX / factor)
		return false;
	*seconds = value * factor;
	return true;
}

static bool is_label_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' ||
	       c == '_' || c == '-';
}

bool label_is_legal(struct slice word)
{
	for (size_t i = 0; i < word.length; i++) {
		if (!is_label_byte(word.at[i]))
			return false;
	}
	return word.length >= 1 && word.length <= LABEL_MAX && !slice_is(word, ".") &&
	       !slice_is(word, "..");
}

bool address_read(struct slice word, uint32_t *ip)
{
	uint32_t value = 0;
	size_t at = 0;

	if (!word.length)
		return false; /* its pointer may be none, and nothing is added to that */
	for (int part = 0; part < 4; part++) {
		struct slice digits = {word.at + at, 0};
		uint32_t number;

		while (at + digits.length < word.length && word.at[at + digits.length] != '.')
			digits.length++;
		if (digits.length > 3 || !number_read(digits, &number) || number > 255)
			return false;
		value = value << 8 | number;
		at += digits.length;
		if (part < 3 && (at == word.length || word.at[at++] != '.'))
			return false;
	}
	if (at != word.length)
		return false;
	*ip = value;
	return true;
}

/* Nearly every tunnel has one to write, and formatted printing takes twenty times as long. */
size_t address_write(char *buffer, uint32_t ip)
{
	char *to = buffer;

	for (int shift = 24; shift >= 0; shift -= 8) {
		unsigned byte = ip >> shift & 0xff;

		if (byte >= 100)
			*to++ = (char)('0' + byte / 100);
		if (byte >= 10)
			*to++ = (char)('0' + byte / 10 % 10);
		*to++ = (char)('0' + byte % 10);
		if (shift)
			*to++ = '.';
	}
	return (size_t)(to - buffer);
}

uint32_t address_from_bytes(const char *bytes)
{
	const unsigned char *b = (const unsigned char *)bytes;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

bool address_is_private(uint32_t ip)
{
	static const struct {
		uint32_t address;
		unsigned length;
	} ranges[] = {{0x0a000000, 8},
		      {0xac100000, 12},
		      {0xc0a80000, 16},
		      {0x64400000, 10},
		      {0xa9fe0000, 16}};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if ((ip & prefix_mask(ranges[i].length)) == ranges[i].address)
			return true;
	}
	return false;
}

const char *address_flaw(uint32_t ip)
{
	if (ip == 0)
		return "no address";
	if (ip == BROADCAST)
		return "the broadcast address";
	if (ip >= MULTICAST_FIRST)
		return "a multicast or reserved address";
	return NULL;
}

const char *subnet_flaw(uint32_t ip, unsigned length)
{
	if (ip >= MULTICAST_FIRST || (ip == 0 && length == PREFIX_MAX))
		return address_flaw(ip);
	return NULL;
}

bool subnet_read(struct slice word, struct subnet *subnet)
{
	struct slice address, digits;
	uint32_t ip, length;

	if (!slice_split(word, '/', &address, &digits) || !address_read(address, &ip) ||
	    !number_read(digits, &length) || length > PREFIX_MAX)
		return false;
	*subnet = (struct subnet){.known = true,
				  .address = ip & prefix_mask(length),
				  .length = (uint8_t)length};
	return !subnet_flaw(ip, length);
}

bool netmask_length(uint32_t mask, unsigned *length)
{
	*length = (unsigned)__builtin_popcount(mask);
	return mask == prefix_mask(*length);
}

static bool is_between(struct slice text, const char *first, const char *last)
{
	size_t before = strlen(first), behind = strlen(last);

	return text.length > before + behind && memcmp(text.at, first, before) == 0 &&
	       memcmp(text.at + text.length - behind, last, behind) == 0;
}

static bool is_all(struct slice text, const char *letters)
{
	for (size_t i = 0; i < text.length; i++) {
		if (!strchr(letters, text.at[i]))
			return false;
	}
	return text.length > 0;
}

/* `$NAME' */
static bool is_variable(struct slice text)
{
	if (text.length < 2 || text.at[0] != '$' || (text.at[1] >= '0' && text.at[1] <= '9'))
		return false;
	for (size_t i = 1; i < text.length; i++) {
		char c = text.at[i];

		if (c != '_' && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= 'a' && c <= 'z'))
			return false;
	}
	return true;
}

enum secret_mask secret_mask(struct slice text, const struct setting_info *info)
{
	if (is_variable(text))
		return text.length >= info->least && text.length <= info->most ? SECRET_VARIABLE
									       : SECRET_MASKED;
	if (is_between(text, "<", ">") || is_between(text, "${", "}") ||
	    is_between(text, "{{", "}}") || is_all(text, "*") || is_all(text, "xX"))
		return SECRET_MASKED;
	return SECRET_KEY;
}

bool secret_characters_are_legal(struct slice word)
{
	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] <= ' ' || word.at[i] > '~' || word.at[i] == '#')
			return false;
	}
	return true;
}

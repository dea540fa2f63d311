/* SPDX-License-Identifier: ISC */
#include "compiler/model/identity_reader.h"
#include "compiler/model/words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * The type of an identity that has no type word.  WeOS hands such a value to strongSwan as it is,
 * so this takes the decisions of strongSwan's parser in its order, oddities included
 * (strongswan.md, section 4; compared with libstrongswan 5.9.8 on some millions of strings).  Where
 * that parser takes what nobody can mean -- an empty payload, hex that is none, text for the bytes
 * of an address -- this refuses.
 */

/* What stands behind a prefix; the numbers are those of strongSwan's `{N}:'. */
enum payload {
	PAYLOAD_ANY,
	PAYLOAD_INET,
	PAYLOAD_NAME,
	PAYLOAD_EMAIL,
	PAYLOAD_NET,
	PAYLOAD_INET6,
	PAYLOAD_NET6,
	PAYLOAD_RANGE,
	PAYLOAD_RANGE6,
	PAYLOAD_DN,
	PAYLOAD_GENERAL_NAME,
	PAYLOAD_KEY
};

/* In any case. */
static const struct {
	const char *prefix;
	enum payload payload;
} prefixes[] = {
    {"ipv4:", PAYLOAD_INET},
    {"ipv6:", PAYLOAD_INET6},
    {"ipv4net:", PAYLOAD_NET},
    {"ipv6net:", PAYLOAD_NET6},
    {"ipv4range:", PAYLOAD_RANGE},
    {"ipv6range:", PAYLOAD_RANGE6},
    {"rfc822:", PAYLOAD_EMAIL},
    {"email:", PAYLOAD_EMAIL},
    {"userfqdn:", PAYLOAD_EMAIL},
    {"fqdn:", PAYLOAD_NAME},
    {"dns:", PAYLOAD_NAME},
    {"asn1dn:", PAYLOAD_DN},
    {"asn1gn:", PAYLOAD_GENERAL_NAME},
    {"xmppaddr:", PAYLOAD_GENERAL_NAME},
    {"keyid:", PAYLOAD_KEY},
};

/* The prefixes of addresses want bytes, and would take text for bytes. */
#define BYTES_HELP "drop the prefix: an address is known as one without it"

static bool read_inet_bytes(const struct identity_reader *reader, struct slice value)
{
	if (value.length != 4)
		return identity_refuse(reader, "is not the four bytes of an address", BYTES_HELP);
	if (address_from_bytes(value.at) == 0)
		return identity_from_any(reader->arena, (struct slice){"0.0.0.0", 7},
					 reader->identity);
	return identity_from_ip(reader->arena, address_from_bytes(value.at), reader->identity);
}

static bool read_net_bytes(const struct identity_reader *reader, struct slice value)
{
	unsigned length;

	if (value.length != 8 || !netmask_length(address_from_bytes(value.at + 4), &length))
		return identity_refuse(reader, "is not the eight bytes of a subnet", BYTES_HELP);
	return identity_from_net(reader->arena, address_from_bytes(value.at), length,
				 reader->identity);
}

static bool read_range_bytes(const struct identity_reader *reader, struct slice value)
{
	if (value.length != 8 || address_from_bytes(value.at) > address_from_bytes(value.at + 4))
		return identity_refuse(reader, "is not the eight bytes of a range", BYTES_HELP);
	return identity_from_range(reader->arena, address_from_bytes(value.at),
				   address_from_bytes(value.at + 4), reader->identity);
}

static bool read_string_bytes(const struct identity_reader *reader, enum payload payload,
			      struct slice value)
{
	if (!identity_is_printable(value))
		return identity_refuse(reader, "stands for unprintable characters",
				       "use printable ASCII only");
	if (payload == PAYLOAD_NAME)
		return identity_take_text(reader, IDENTITY_NAME, value);
	return identity_take_text(reader, IDENTITY_EMAIL, value);
}

static bool refuse_ipv6(const struct identity_reader *reader)
{
	return identity_refuse_by(reader, WI206, "is an IPv6 address: WeOS has IPsec for IPv4 only",
				  "write an IPv4 address, or 'key' before it if it is just a text");
}

bool identity_read_der(const struct identity_reader *reader, struct slice der)
{
	/* a sequence of nothing has one DER */
	bool empty = der.length == 2 && memcmp(der.at, "\x30", 2) == 0;

	if (identity_from_der(reader->arena, der, reader->identity))
		return true;
	return identity_refuse_by(reader, WI415,
				  empty ? "is a distinguished name with nothing in it"
					: "is not the DER of a distinguished name",
				  IDENTITY_DER_HELP);
}

/* What stands behind a prefix, decoded. */
static bool read_payload(const struct identity_reader *reader, enum payload payload,
			 struct slice value)
{
	if (value.length == 0 && payload != PAYLOAD_ANY)
		return identity_refuse(reader, "is an empty identity", NULL);
	switch (payload) {
	case PAYLOAD_ANY:
		return identity_from_any(reader->arena, value, reader->identity);
	case PAYLOAD_INET:
		return read_inet_bytes(reader, value);
	case PAYLOAD_NAME:
	case PAYLOAD_EMAIL:
		return read_string_bytes(reader, payload, value);
	case PAYLOAD_NET:
		return read_net_bytes(reader, value);
	case PAYLOAD_RANGE:
		return read_range_bytes(reader, value);
	case PAYLOAD_INET6:
	case PAYLOAD_NET6:
	case PAYLOAD_RANGE6:
		return refuse_ipv6(reader);
	case PAYLOAD_DN:
		return identity_read_der(reader, value);
	case PAYLOAD_KEY:
		return identity_take_text(reader, IDENTITY_KEY, value);
	case PAYLOAD_GENERAL_NAME:
		break;
	}
	return identity_refuse(reader, "is of a type that WeOS does not have",
			       "use one that it has: inet, name, email, key or dn");
}

static bool read_hex(const struct identity_reader *reader, enum payload payload, struct slice hex)
{
	struct slice bytes;

	if (hex.length >= 2 && hex.at[0] == '0' && hex.at[1] == 'x')
		hex = slice_cut(hex, 2);
	if (!identity_hex_decode(reader->arena, hex, true, &bytes))
		return identity_refuse(reader, "wants pairs of hex digits behind its '#'", NULL);
	return read_payload(reader, payload, bytes);
}

static bool read_prefixed(const struct identity_reader *reader, enum payload payload,
			  struct slice value)
{
	if (value.length && value.at[0] == '#')
		return read_hex(reader, payload, slice_cut(value, 1));
	return read_payload(reader, payload, value);
}

/* VALUE as a C string, for strtoll(). */
static void copy_string(char buffer[IDENTITY_MAX + 1], struct slice value)
{
	assert(value.length <= IDENTITY_MAX);
	memcpy(buffer, value.at, value.length);
	buffer[value.length] = '\0';
}

/* `{N}:' at the front, N being whatever strtoll() reads; the length of it all, or 0. */
static size_t numeric_prefix(struct slice value, enum payload *payload)
{
	char buffer[IDENTITY_MAX + 1];
	char *end;
	long long number;

	copy_string(buffer, value);
	if (buffer[0] != '{')
		return 0;
	number = strtoll(buffer + 1, &end, 0);
	if (end[0] != '}' || end[1] != ':')
		return 0;
	*payload = number >= PAYLOAD_ANY && number <= PAYLOAD_KEY ? (enum payload)number
								  : PAYLOAD_GENERAL_NAME;
	return (size_t)(end + 2 - buffer);
}

/* The length of a prefix with its colon, or 0 if VALUE has none. */
static size_t find_prefix(struct slice value, enum payload *payload)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (identity_has_prefix(value, prefixes[i].prefix)) {
			*payload = prefixes[i].payload;
			return strlen(prefixes[i].prefix);
		}
	}
	return numeric_prefix(value, payload);
}

/*
 * charon uses atoi(): nothing at all is 0, and what follows the digits is ignored.  Of what an int
 * cannot hold its low bits count, as they do with a long of 64 bits, whatever this runs on.
 */
static int prefix_length(struct slice digits)
{
	char buffer[IDENTITY_MAX + 1];

	copy_string(buffer, digits);
	return (int)strtoll(buffer, NULL, 10);
}

/* Neither `=', `@' nor `:' is in VALUE: addresses, or else a name. */
static bool read_plain(const struct identity_reader *reader, struct slice value)
{
	struct slice first, rest;
	uint32_t ip, last;

	if (address_read(value, &ip))
		return identity_from_ip(reader->arena, ip, reader->identity);
	if (slice_split(value, '/', &first, &rest)) {
		int length = prefix_length(rest);

		if (length >= 0 && length <= 32 && address_read(first, &ip))
			return identity_from_net(reader->arena, ip, (unsigned)length,
						 reader->identity);
	} else if (slice_split(value, '-', &first, &rest)) {
		if (address_read(first, &ip) && address_read(rest, &last) && ip <= last)
			return identity_from_range(reader->arena, ip, last, reader->identity);
	}
	return identity_take_text(reader, IDENTITY_NAME, value);
}

/* VALUE has an `@'. */
static bool read_at(const struct identity_reader *reader, struct slice value)
{
	if (value.at[0] != '@') {
		if (value.at[value.length - 1] == '@')
			return identity_refuse(reader, "is an e-mail address without a domain",
					       "write USER@DOMAIN, or a type before it");
		return identity_take_text(reader, IDENTITY_EMAIL, value);
	}
	value = slice_cut(value, 1);
	if (value.length && value.at[0] == '#')
		return read_hex(reader, PAYLOAD_KEY, slice_cut(value, 1));
	if (value.length && value.at[0] == '@')
		return read_payload(reader, PAYLOAD_EMAIL, slice_cut(value, 1));
	return read_payload(reader, PAYLOAD_NAME, value);
}

bool identity_deduce(const struct identity_reader *reader, struct slice value)
{
	enum payload payload = PAYLOAD_ANY;
	size_t prefix = find_prefix(value, &payload);

	if (prefix)
		return read_prefixed(reader, payload, slice_cut(value, prefix));
	if (memchr(value.at, '=', value.length))
		return identity_from_dn(reader->arena, value, reader->identity) ||
		       identity_take_text(reader, IDENTITY_KEY, value);
	if (memchr(value.at, '@', value.length))
		return read_at(reader, value);
	if (identity_is_any(value))
		return identity_from_any(reader->arena, value, reader->identity);
	if (!memchr(value.at, ':', value.length))
		return read_plain(reader, value);
	if (identity_is_ipv6(value))
		return refuse_ipv6(reader);
	return identity_take_text(reader, IDENTITY_KEY, value);
}

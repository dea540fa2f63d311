/* SPDX-License-Identifier: ISC */
#include "compiler/model/identity.h"

#include "compiler/model/dn.h"
#include "compiler/model/identity_reader.h"
#include "compiler/model/words.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/*
 * An identity is a type and a payload.  With a type word the payload is what was typed; without one
 * identity_deduce() finds both.  The key of an identity begins with a byte for its type.
 */

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const char *const words[] = {
    [IDENTITY_WORD_AUTODETECT] = "autodetect",
    [IDENTITY_WORD_INET] = "inet",
    [IDENTITY_WORD_NAME] = "name",
    [IDENTITY_WORD_EMAIL] = "email",
    [IDENTITY_WORD_KEY] = "key",
    [IDENTITY_WORD_DN] = "dn",
};

int identity_word_find(struct slice word)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (slice_is(word, words[i]))
			return (int)i;
	}
	return -1;
}

const char *identity_type_name(enum identity_type type)
{
	static const char *const names[] = {
	    [IDENTITY_NONE] = "none",
	    [IDENTITY_ANY] = "any",
	    [IDENTITY_SUBJECT] = "subject",
	    [IDENTITY_INET] = "inet",
	    [IDENTITY_INET_RANGE] = "inet range",
	    [IDENTITY_NAME] = "name",
	    [IDENTITY_EMAIL] = "email",
	    [IDENTITY_KEY] = "key",
	    [IDENTITY_DN] = "dn",
	};

	return names[type];
}

bool identity_refuse(const struct identity_reader *reader, const char *why, const char *help)
{
	struct finding *finding = finding_add(reader->findings, WI413, reader->at, "%s %s",
					      finding_quote(reader->findings, reader->at), why);

	if (help)
		finding_help(reader->findings, finding, "%s", help);
	return false;
}

bool identity_refuse_ipv6(const struct identity_reader *reader)
{
	struct finding *finding = finding_add(reader->findings, WI206, reader->at,
					      "%s is an IPv6 address: WeOS has IPsec for IPv4 only",
					      finding_quote(reader->findings, reader->at));

	finding_help(reader->findings, finding,
		     "write an IPv4 address, or 'key' before it if it is just a text");
	return false;
}

static bool refuse_dn(const struct identity_reader *reader, const char *why, const char *help)
{
	struct finding *finding = finding_add(reader->findings, WI415, reader->at, "%s %s",
					      finding_quote(reader->findings, reader->at), why);

	finding_help(reader->findings, finding, "%s", help);
	return false;
}

/* Names and e-mail addresses are the same in any case (ASCII's: charon folds no other). */
static char key_char(char type, char c)
{
	if ((type == 'N' || type == 'E') && c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

static bool make_key(struct arena *arena, struct identity *identity, char type, struct slice bytes)
{
	char *key = arena_alloc(arena, bytes.length + 1);

	if (!key)
		return false;
	key[0] = type;
	for (size_t i = 0; i < bytes.length; i++)
		key[i + 1] = key_char(type, bytes.at[i]);
	identity->key = (struct slice){key, bytes.length + 1};
	return true;
}

bool identity_take_any(const struct identity_reader *reader, struct slice value)
{
	reader->identity->type = IDENTITY_ANY;
	reader->identity->wildcard = true;
	reader->identity->value = value;
	return make_key(reader->findings->arena, reader->identity, '*', (struct slice){NULL, 0});
}

static void ip_bytes(char bytes[4], uint32_t ip)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (char)(ip >> (24 - 8 * i) & 0xff);
}

static bool set_text(struct identity *identity, const char *text)
{
	if (text)
		identity->value = (struct slice){text, strlen(text)};
	return text != NULL;
}

bool identity_from_ip(struct arena *arena, uint32_t ip, struct identity *identity)
{
	char bytes[4];

	*identity = (struct identity){.type = IDENTITY_INET, .form = IDENTITY_AUTO, .ip = ip};
	ip_bytes(bytes, ip);
	return set_text(identity, arena_printf(arena, IP_FORMAT, IP_BYTES(ip))) &&
	       make_key(arena, identity, 'I', (struct slice){bytes, sizeof(bytes)});
}

bool identity_take_ip(const struct identity_reader *reader, uint32_t ip)
{
	enum identity_form form = reader->identity->form;
	bool taken = identity_from_ip(reader->findings->arena, ip, reader->identity);

	reader->identity->form = form;
	return taken;
}

/* The key is the range, so that it is all one how it was written. */
static bool take_ips(const struct identity_reader *reader, uint32_t first, uint32_t last,
		     const char *text)
{
	char bytes[8];

	ip_bytes(bytes, first);
	ip_bytes(bytes + 4, last);
	reader->identity->type = IDENTITY_INET_RANGE;
	reader->identity->wildcard = true;
	return set_text(reader->identity, text) &&
	       make_key(reader->findings->arena, reader->identity, 'R',
			(struct slice){bytes, sizeof(bytes)});
}

bool identity_take_net(const struct identity_reader *reader, uint32_t ip, unsigned length)
{
	uint32_t mask = prefix_mask(length);

	return take_ips(
	    reader, ip & mask, ip | ~mask,
	    arena_printf(reader->findings->arena, IP_FORMAT "/%u", IP_BYTES(ip & mask), length));
}

bool identity_take_range(const struct identity_reader *reader, uint32_t first, uint32_t last)
{
	return take_ips(reader, first, last,
			arena_printf(reader->findings->arena, IP_FORMAT "-" IP_FORMAT,
				     IP_BYTES(first), IP_BYTES(last)));
}

bool identity_is_any(struct slice value)
{
	static const char *const spellings[] = {"%any", "%any6", "0.0.0.0", "*", "::", "0::0"};

	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
		if (slice_is(value, spellings[i]))
			return true;
	}
	return false;
}

bool identity_is_ipv6(struct slice value)
{
	char buffer[INET6_ADDRSTRLEN];
	struct in6_addr address;
	size_t length = 0;

	while (length < value.length && value.at[length] && !strchr("/-%", value.at[length]))
		length++;
	if (length >= sizeof(buffer))
		return false;
	memcpy(buffer, value.at, length);
	buffer[length] = '\0';
	return inet_pton(AF_INET6, buffer, &address) == 1;
}

bool identity_is_printable(struct slice value)
{
	for (size_t i = 0; i < value.length; i++) {
		if (value.at[i] < ' ' || value.at[i] > '~')
			return false;
	}
	return true;
}

/* charon has no wildcard in a text but a `*' at its beginning, and none at all in a key ID. */
bool identity_from_text(struct arena *arena, enum identity_type type, struct slice value,
			struct identity *identity)
{
	static const char keys[] = {
	    [IDENTITY_NAME] = 'N', [IDENTITY_EMAIL] = 'E', [IDENTITY_KEY] = 'K'};

	identity->type = type;
	identity->value = value;
	identity->wildcard = type != IDENTITY_KEY && value.length && value.at[0] == '*';
	return make_key(arena, identity, keys[type], value);
}

bool identity_take_name(const struct identity_reader *reader, struct slice value)
{
	return identity_from_text(reader->findings->arena, IDENTITY_NAME, value, reader->identity);
}

bool identity_take_email(const struct identity_reader *reader, struct slice value)
{
	return identity_from_text(reader->findings->arena, IDENTITY_EMAIL, value, reader->identity);
}

bool identity_take_key(const struct identity_reader *reader, struct slice value)
{
	return identity_from_text(reader->findings->arena, IDENTITY_KEY, value, reader->identity);
}

static bool take_dn(const struct identity_reader *reader, struct slice value, const struct dn *dn)
{
	reader->identity->type = IDENTITY_DN;
	reader->identity->value = value;
	reader->identity->wildcard = dn->wildcard;
	return make_key(reader->findings->arena, reader->identity, 'D', dn->key);
}

bool identity_take_dn(const struct identity_reader *reader, struct slice value)
{
	struct dn dn;

	return dn_from_text(reader->findings->arena, value, DN_KEY_FOLDED, &dn) && take_dn(reader, value, &dn);
}

#define DER_HELP "write the DER of the certificate's subject: 0x30 and more pairs of hex digits"

bool identity_take_der(const struct identity_reader *reader, struct slice der)
{
	struct dn dn;

	if (!dn_from_der(reader->findings->arena, der, DN_KEY_FOLDED, &dn))
		return refuse_dn(reader, "is not the DER of a distinguished name", DER_HELP);
	if (dn.count == 0)
		return refuse_dn(reader, "is a distinguished name with nothing in it", DER_HELP);
	reader->identity->value_is_der = true;
	return take_dn(reader, der, &dn);
}

/* A colon at I stands between two pairs of digits, DIGITS of which were before it. */
static bool is_between_pairs(struct slice hex, size_t i, size_t digits)
{
	return hex.at[i] == ':' && digits && digits % 2 == 0 && hex.at[i - 1] != ':' &&
	       i + 1 < hex.length;
}

bool identity_hex_decode(struct arena *arena, struct slice hex, bool colons, struct slice *bytes)
{
	unsigned char *at = arena_alloc(arena, hex.length / 2 + 1);
	size_t digits = 0;

	for (size_t i = 0; at && i < hex.length; i++) {
		int digit = hex_digit(hex.at[i]);

		if (colons && is_between_pairs(hex, i, digits))
			continue;
		if (digit < 0)
			return false;
		at[digits / 2] = (unsigned char)(at[digits / 2] << 4 | digit);
		digits++;
	}
	*bytes = (struct slice){(const char *)at, digits / 2};
	return at && digits % 2 == 0;
}

bool identity_has_prefix(struct slice value, const char *prefix)
{
	size_t length = strlen(prefix);

	return value.length >= length && strncasecmp(value.at, prefix, length) == 0;
}

struct slice identity_cut(struct slice value, size_t count)
{
	return (struct slice){value.at + count, value.length - count};
}

static bool read_inet(const struct identity_reader *reader, struct slice value)
{
	uint32_t ip;

	if (identity_is_any(value))
		return identity_take_any(reader, value);
	if (address_read(value, &ip))
		return identity_take_ip(reader, ip);
	return identity_refuse(
	    reader,
	    identity_is_ipv6(value) ? "is an IPv6 address, and WeOS has inet for IPv4 only"
				    : "is not an IPv4 address",
	    memchr(value.at, '/', value.length)
		? "drop the word 'inet': a subnet is known as one without it"
		: "write four numbers of 0 to 255 without leading zeros, or the type that it has: "
		  "name, email or key");
}

/* U@D; whatever stands for U and D, charon takes it. */
static bool is_email(struct slice value)
{
	const char *at = memchr(value.at, '@', value.length);

	return at && at > value.at && at + 1 < value.at + value.length &&
	       !memchr(value.at, ' ', value.length) &&
	       !memchr(at + 1, '@', value.length - (size_t)(at + 1 - value.at));
}

static bool read_email(const struct identity_reader *reader, struct slice value)
{
	if (!is_email(value))
		return identity_refuse(reader, "is not an e-mail address",
				       "write USER@DOMAIN, or the type that it has: name or key");
	return identity_take_email(reader, value);
}

static bool read_dn(const struct identity_reader *reader, struct slice value)
{
	struct slice der;

	if (memchr(value.at, '=', value.length))
		return refuse_dn(reader, "is readable text, and 'dn' takes DER",
				 "drop the word 'dn': readable text is known as a name without it");
	if (!identity_has_prefix(value, "0x") ||
	    !identity_hex_decode(reader->findings->arena, identity_cut(value, 2), false, &der))
		return refuse_dn(reader, "is not DER in hex", DER_HELP);
	return identity_take_der(reader, der);
}

static bool is_acceptable(const struct identity_reader *reader, struct slice value)
{
	if (value.length == 0) {
		finding_add(reader->findings, WI413, reader->at, "an identity cannot be empty");
		return false;
	}
	if (value.length > IDENTITY_MAX) {
		finding_help(reader->findings,
			     finding_add(reader->findings, WI413, reader->at,
					 "an identity has at most %d characters, and this one %zu",
					 IDENTITY_MAX, value.length),
			     "write a shorter one, the same at both ends");
		return false;
	}
	if (!identity_is_printable(value))
		return identity_refuse(reader, "has characters that no identity can have",
				       "use printable ASCII only");
	return true;
}

bool identity_read(struct findings *findings, struct span at, enum identity_word word,
		   struct slice value, struct identity *identity)
{
	const struct identity_reader reader = {findings, at, identity};

	*identity = (struct identity){.form = word ? IDENTITY_TYPED : IDENTITY_DEDUCED};
	if (!is_acceptable(&reader, value))
		return false;
	switch (word) {
	case IDENTITY_WORD_AUTODETECT:
		return identity_deduce(&reader, value);
	case IDENTITY_WORD_INET:
		return read_inet(&reader, value);
	case IDENTITY_WORD_NAME:
		return identity_take_name(&reader, value);
	case IDENTITY_WORD_EMAIL:
		return read_email(&reader, value);
	case IDENTITY_WORD_KEY:
		return identity_take_key(&reader, value);
	case IDENTITY_WORD_DN:
		return read_dn(&reader, value);
	}
	return false;
}

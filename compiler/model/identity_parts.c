/* SPDX-License-Identifier: ISC */
#include "compiler/model/identity_parts.h"

#include "compiler/model/dn.h"
#include "compiler/model/words.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/* The key of an identity begins with a byte for its type. */

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

/* The form is whoever's who knows how it was written. */
static void identity_begin(struct identity *identity, enum identity_type type, struct slice value)
{
	*identity = (struct identity){.type = type, .form = identity->form, .value = value};
}

bool identity_from_any(struct arena *arena, struct slice value, struct identity *identity)
{
	identity_begin(identity, IDENTITY_ANY, value);
	identity->wildcard = true;
	return make_key(arena, identity, '*', (struct slice){NULL, 0});
}

static void ip_bytes(char bytes[4], uint32_t ip)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (char)(ip >> (24 - 8 * i) & 0xff);
}

static bool begin_ip(struct identity *identity, enum identity_type type, const char *text)
{
	if (text)
		identity_begin(identity, type, (struct slice){text, strlen(text)});
	return text != NULL;
}

bool identity_from_ip(struct arena *arena, uint32_t ip, struct identity *identity)
{
	char bytes[4], text[ADDRESS_WORD_MAX];
	size_t length = address_write(text, ip);

	if (!begin_ip(identity, IDENTITY_INET, arena_copy(arena, text, length)))
		return false;
	identity->ip = ip;
	ip_bytes(bytes, ip);
	return make_key(arena, identity, 'I', (struct slice){bytes, sizeof(bytes)});
}

/* The key is the range, so that it is all one how it was written. */
static bool from_ips(struct arena *arena, uint32_t first, uint32_t last, const char *text,
		     struct identity *identity)
{
	char bytes[8];

	if (!begin_ip(identity, IDENTITY_INET_RANGE, text))
		return false;
	identity->wildcard = true;
	ip_bytes(bytes, first);
	ip_bytes(bytes + 4, last);
	return make_key(arena, identity, 'R', (struct slice){bytes, sizeof(bytes)});
}

bool identity_from_net(struct arena *arena, uint32_t ip, unsigned length, struct identity *identity)
{
	uint32_t mask = prefix_mask(length);

	return from_ips(arena, ip & mask, ip | ~mask,
			arena_printf(arena, IP_FORMAT "/%u", IP_BYTES(ip & mask), length),
			identity);
}

bool identity_from_range(struct arena *arena, uint32_t first, uint32_t last,
			 struct identity *identity)
{
	return from_ips(
	    arena, first, last,
	    arena_printf(arena, IP_FORMAT "-" IP_FORMAT, IP_BYTES(first), IP_BYTES(last)),
	    identity);
}

/* charon has no wildcard in a text but a `*' at its beginning, and none at all in a key ID. */
bool identity_from_text(struct arena *arena, enum identity_type type, struct slice value,
			struct identity *identity)
{
	static const char keys[] = {
	    [IDENTITY_NAME] = 'N', [IDENTITY_EMAIL] = 'E', [IDENTITY_KEY] = 'K'};

	identity_begin(identity, type, value);
	identity->wildcard = type != IDENTITY_KEY && value.length && value.at[0] == '*';
	return make_key(arena, identity, keys[type], value);
}

static bool take_dn(struct arena *arena, struct slice value, const struct dn *dn,
		    struct identity *identity)
{
	identity_begin(identity, IDENTITY_DN, value);
	identity->wildcard = dn->wildcard;
	return make_key(arena, identity, 'D', dn->key);
}

bool identity_from_dn(struct arena *arena, struct slice value, struct identity *identity)
{
	struct dn dn;

	return dn_from_text(arena, value, DN_KEY_FOLDED, &dn) &&
	       take_dn(arena, value, &dn, identity);
}

bool identity_from_der(struct arena *arena, struct slice der, struct identity *identity)
{
	struct dn dn;

	if (!dn_from_der(arena, der, DN_KEY_FOLDED, &dn) || dn.count == 0 ||
	    !take_dn(arena, der, &dn, identity))
		return false;
	identity->value_is_der = true;
	return true;
}

bool identity_is_any(struct slice value)
{
	static const char *const spellings[] = {"%any", "%any6", "0.0.0.0", "*", "::", "0::0"};

	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
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

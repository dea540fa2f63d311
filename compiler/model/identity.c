/* SPDX-License-Identifier: ISC */
#include "compiler/model/identity.h"

#include "compiler/model/identity_reader.h"
#include "compiler/model/words.h"

#include <string.h>

/*
 * An identity is a type and a payload.  With a type word the payload is what was typed; without one
 * identity_deduce() finds both.
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

static bool read_inet(const struct identity_reader *reader, struct slice value)
{
	uint32_t ip;

	if (identity_is_any(value))
		return identity_from_any(reader->arena, value, reader->identity);
	if (address_read(value, &ip))
		return identity_from_ip(reader->arena, ip, reader->identity);
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
	return identity_take_text(reader, IDENTITY_EMAIL, value);
}

static bool read_dn(const struct identity_reader *reader, struct slice value)
{
	struct slice der;

	if (memchr(value.at, '=', value.length))
		return identity_refuse_by(
		    reader, WI415, "is readable text, and 'dn' takes DER",
		    "drop the word 'dn': readable text is known as a name without it");
	if (!identity_has_prefix(value, "0x") ||
	    !identity_hex_decode(reader->arena, slice_cut(value, 2), false, &der))
		return identity_refuse_by(reader, WI415, "is not DER in hex", IDENTITY_DER_HELP);
	return identity_read_der(reader, der);
}

static bool is_acceptable(const struct identity_reader *reader, struct slice value)
{
	if (value.length == 0) {
		*reader->flaw = (struct identity_flaw){
		    .rule = WI413, .why = "an identity cannot be empty", .whole = true};
		return false;
	}
	if (value.length > IDENTITY_MAX) {
		*reader->flaw = (struct identity_flaw){
		    .rule = WI413,
		    .why = arena_printf(reader->arena,
					"an identity has at most %d characters, and this one %zu",
					IDENTITY_MAX, value.length),
		    .help = "write a shorter one, the same at both ends",
		    .whole = true};
		return false;
	}
	if (!identity_is_printable(value))
		return identity_refuse(reader, "has characters that no identity can have",
				       "use printable ASCII only");
	return true;
}

static bool read_typed(const struct identity_reader *reader, enum identity_word word,
		       struct slice value)
{
	switch (word) {
	case IDENTITY_WORD_AUTODETECT:
		return identity_deduce(reader, value);
	case IDENTITY_WORD_INET:
		return read_inet(reader, value);
	case IDENTITY_WORD_NAME:
		return identity_take_text(reader, IDENTITY_NAME, value);
	case IDENTITY_WORD_EMAIL:
		return read_email(reader, value);
	case IDENTITY_WORD_KEY:
		return identity_take_text(reader, IDENTITY_KEY, value);
	case IDENTITY_WORD_DN:
		return read_dn(reader, value);
	}
	return false;
}

bool identity_parse(struct arena *arena, enum identity_word word, struct slice value,
		    struct identity *identity, struct identity_flaw *flaw)
{
	const struct identity_reader reader = {arena, identity, flaw};

	*flaw = (struct identity_flaw){0};
	*identity = (struct identity){.form = word ? IDENTITY_TYPED : IDENTITY_DEDUCED};
	return is_acceptable(&reader, value) && read_typed(&reader, word, value);
}

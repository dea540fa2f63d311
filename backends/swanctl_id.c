/* SPDX-License-Identifier: ISC */
#include "backends/swanctl.h"

#include <assert.h>
#include <string.h>

/*
 * Identities as charon's parser takes them.  A bare text would be given a type by that parser, and
 * often another one than was meant, so that the type always stands in front of it.  What comes
 * first in the table is what people know; the shorter forms of the same are for what would not fit.
 */

enum spelling {
	SPELLING_TEXT, /* the value as it is, behind the prefix */
	SPELLING_BARE, /* the same without any, where the type cannot be mistaken */
	SPELLING_HEX
};

struct form {
	enum identity_type type;
	enum spelling spelling;
	const char *prefix;
};

/* clang-format off */
static const struct form forms[] = {
    {IDENTITY_ANY, SPELLING_TEXT, "%any"},
    {IDENTITY_INET, SPELLING_TEXT, ""},
    {IDENTITY_INET_RANGE, SPELLING_TEXT, ""},
    {IDENTITY_NAME, SPELLING_TEXT, "fqdn:"},
    {IDENTITY_NAME, SPELLING_TEXT, "{2}:"},
    {IDENTITY_NAME, SPELLING_BARE, ""},
    {IDENTITY_NAME, SPELLING_HEX, "fqdn:#"},
    {IDENTITY_NAME, SPELLING_HEX, "{2}:#"},
    {IDENTITY_EMAIL, SPELLING_TEXT, "email:"},
    {IDENTITY_EMAIL, SPELLING_TEXT, "{3}:"},
    {IDENTITY_EMAIL, SPELLING_BARE, ""},
    {IDENTITY_EMAIL, SPELLING_HEX, "email:#"},
    {IDENTITY_EMAIL, SPELLING_HEX, "{3}:#"},
    {IDENTITY_KEY, SPELLING_TEXT, "keyid:"},
    {IDENTITY_KEY, SPELLING_TEXT, "{11}:"},
    {IDENTITY_KEY, SPELLING_HEX, "keyid:#"},
    {IDENTITY_KEY, SPELLING_HEX, "@#"},
    {IDENTITY_DN, SPELLING_TEXT, ""},
    {IDENTITY_DN, SPELLING_HEX, "asn1dn:#"},
    {IDENTITY_DN, SPELLING_HEX, "{9}:#"},
};
/* clang-format on */

#define FORMS (sizeof(forms) / sizeof(forms[0]))

static bool is_text(const struct identity *identity)
{
	struct slice value = identity->value;

	if (identity->value_is_der || value.length == 0 || value.at[0] == '#')
		return false;
	for (size_t i = 0; i < value.length; i++) {
		if (value.at[i] < ' ' || value.at[i] > '~')
			return false;
	}
	return true;
}

/* Longer than any address is, and made of characters that mean nothing to the parser. */
static bool is_unmistakable(const struct identity *identity)
{
	struct slice value = identity->value;
	size_t ats = 0;

	for (size_t i = 0; i < value.length; i++) {
		char c = value.at[i];

		ats += c == '@';
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    (c == '\0' || !strchr(".-_@", c)))
			return false;
	}
	return value.length > 64 && value.at[0] != '@' &&
	       ats == (identity->type == IDENTITY_EMAIL ? 1 : 0);
}

static size_t form_length(const struct form *form, const struct identity *identity)
{
	size_t length = identity->type == IDENTITY_ANY ? 0 : identity->value.length;

	return strlen(form->prefix) + (form->spelling == SPELLING_HEX ? 2 * length : length);
}

static bool form_serves(const struct form *form, const struct identity *identity, size_t most)
{
	if (form->type != identity->type || form_length(form, identity) > most)
		return false;
	if (identity->type == IDENTITY_ANY)
		return true;
	switch (form->spelling) {
	case SPELLING_TEXT:
		return is_text(identity);
	case SPELLING_BARE:
		return is_unmistakable(identity);
	case SPELLING_HEX:
		break;
	}
	/* a text in hex would be the text's bytes; an empty payload crashes charon */
	return identity->value.length > 0 &&
	       (identity->type != IDENTITY_DN || identity->value_is_der);
}

static const struct form *form_find(const struct identity *identity, size_t most)
{
	for (size_t i = 0; i < FORMS; i++) {
		if (form_serves(&forms[i], identity, most))
			return &forms[i];
	}
	return NULL;
}

bool swanctl_id_fits(const struct identity *identity, size_t most)
{
	return form_find(identity, most) != NULL;
}

bool swanctl_id_has_star(const struct identity *identity)
{
	switch (identity->type) {
	case IDENTITY_NAME:
	case IDENTITY_EMAIL:
		return memchr(identity->value.at, '*', identity->value.length) != NULL;
	case IDENTITY_DN:
		return identity->wildcard;
	default:
		return false;
	}
}

void swanctl_hex_write(struct output *output, struct slice bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.length; i++) {
		unsigned char byte = (unsigned char)bytes.at[i];
		const char pair[2] = {digits[byte >> 4], digits[byte & 15]};

		output_bytes(output, pair, sizeof(pair));
	}
}

enum swanctl_kind swanctl_id_kind(const struct identity *identity)
{
	return identity->type == IDENTITY_ANY || identity->type == IDENTITY_INET ||
		       identity->type == IDENTITY_INET_RANGE
		   ? SWANCTL_WORD
		   : SWANCTL_QUOTED;
}

void swanctl_id_write(struct output *output, const struct identity *identity, size_t most)
{
	const struct form *form = form_find(identity, most);

	assert(form);
	output_printf(output, "%s", form->prefix);
	if (identity->type == IDENTITY_ANY)
		return;
	if (form->spelling == SPELLING_HEX)
		swanctl_hex_write(output, identity->value);
	else
		output_bytes(output, identity->value.at, identity->value.length);
}

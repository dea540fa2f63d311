/* SPDX-License-Identifier: ISC */
#include "compiler/compare/written.h"

#include <string.h>

/* What each form leaves out, and does. */
static const struct {
	bool blanks, prefix, case_of;
	const char *words; /* of two that are equal but for that */
} forms[WRITTEN_FORMS] = {
    [WRITTEN_UNQUOTED] = {false, false, false, ": only their quotes differ"},
    [WRITTEN_WITHOUT_BLANKS] = {true, false, false, ": only blanks in them differ"},
    [WRITTEN_FOLDED] = {true, false, true, ": they are equal but for upper and lower case"},
    [WRITTEN_BARE] = {true, true, false,
		      ": they are equal but for the 0x or 0s in front, without which nothing is "
		      "decoded"},
    [WRITTEN_BARE_FOLDED] = {true, true, true,
			     ": they are equal but for the 0x or 0s in front, and case"},
};

static bool is_left_out(char c, bool blanks)
{
	return c == '"' || c == '\'' || (blanks && (c == ' ' || c == '\t'));
}

static struct slice without_prefix(struct slice text)
{
	struct slice rest = text;

	while (rest.length && is_left_out(*rest.at, true))
		rest = slice_cut(rest, 1);
	if (rest.length > 2 && *rest.at == '0' && strchr("xXsS", rest.at[1]))
		return slice_cut(rest, 2);
	return text;
}

struct slice written_secret(const struct text *text, const struct tunnel *tunnel, bool is_document)
{
	if (is_document)
		return tunnel->secret.bytes;
	return text_slice(text, tunnel_origin(tunnel, SETTING_SECRET)->value);
}

static char fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

/* The next character of *SECRET in FORM, or -1. */
static int next_of(struct slice *secret, enum written_form form)
{
	while (secret->length) {
		char c = *secret->at;

		*secret = slice_cut(*secret, 1);
		if (is_left_out(c, forms[form].blanks))
			continue;
		return (unsigned char)(forms[form].case_of ? fold(c) : c);
	}
	return -1;
}

static struct slice begin(struct slice secret, enum written_form form)
{
	return forms[form].prefix ? without_prefix(secret) : secret;
}

static bool has_any(struct slice secret, const char *of)
{
	for (; *of; of++) {
		if (memchr(secret.at, *of, secret.length))
			return true;
	}
	return false;
}

static bool has_upper(struct slice secret)
{
	for (size_t i = 0; i < secret.length; i++) {
		if (secret.at[i] >= 'A' && secret.at[i] <= 'Z')
			return true;
	}
	return false;
}

enum written_form written_form_same(struct slice secret, enum written_form form)
{
	bool has_prefix = without_prefix(secret).length != secret.length;

	if (form == WRITTEN_BARE_FOLDED && !has_prefix)
		form = WRITTEN_FOLDED;
	if (form == WRITTEN_BARE_FOLDED && !has_upper(secret))
		form = WRITTEN_BARE;
	if (form == WRITTEN_BARE && !has_prefix)
		form = WRITTEN_WITHOUT_BLANKS;
	if (form == WRITTEN_FOLDED && !has_upper(secret))
		form = WRITTEN_WITHOUT_BLANKS;
	if (form == WRITTEN_WITHOUT_BLANKS && !has_any(secret, " \t"))
		form = WRITTEN_UNQUOTED;
	return form;
}

void written_form_put(struct slice secret, enum written_form form, written_put *put, void *context)
{
	char piece[64];
	size_t length = 0;
	bool is_whole;
	int c;

	secret = begin(secret, form);
	is_whole = !has_any(secret, "\"' \t");
	if (!forms[form].case_of && is_whole) {
		put(context, secret.at, secret.length);
		return;
	}
	/* longer ones are rare, and what is to be left out stands in few */
	if (secret.length <= sizeof(piece) && is_whole) {
		for (; length < secret.length; length++)
			piece[length] = fold(secret.at[length]);
		secret.length = 0;
	}
	while ((c = next_of(&secret, form)) >= 0) {
		piece[length++] = (char)c;
		if (length < sizeof(piece))
			continue;
		put(context, piece, length);
		length = 0;
	}
	put(context, piece, length);
	explicit_bzero(piece, sizeof(piece));
}

static bool are_equal(struct slice a, struct slice b, enum written_form form)
{
	int c;

	a = begin(a, form);
	b = begin(b, form);
	do {
		c = next_of(&a, form);
		if (c != next_of(&b, form))
			return false;
	} while (c >= 0);
	return true;
}

static bool have_one_form(const struct written *a, const struct written *b, enum written_form form)
{
	size_t at = WRITTEN_FORM_AT(form);

	if (a->gateway->has_digests && b->gateway->has_digests)
		return memcmp(a->tunnel->secret.bytes.at + at, b->tunnel->secret.bytes.at + at,
			      WRITTEN_FORM_DIGEST) == 0;
	return are_equal(written_secret(a->text, a->tunnel, a->gateway->is_document),
			 written_secret(b->text, b->tunnel, b->gateway->is_document), form);
}

const char *written_differs(const struct written *a, const struct written *b)
{
	for (int form = 0; form < WRITTEN_FORMS; form++) {
		if (have_one_form(a, b, (enum written_form)form))
			return forms[form].words;
	}
	return "";
}

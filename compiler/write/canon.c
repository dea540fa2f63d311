/* SPDX-License-Identifier: ISC */
#include "compiler/write/canon.h"

#include "compiler/model/field.h"
#include "compiler/model/identity.h"
#include "compiler/model/words.h"

#include <openssl/evp.h>
#include <string.h>

struct wording {
	struct arena *arena;
	struct slice words;
	bool is_said; /* there are words */
};

static void say(struct wording *wording, const char *words)
{
	wording->is_said = words != NULL;
	wording->words = (struct slice){words, words ? strlen(words) : 0};
}

static void say_slice(struct wording *wording, struct slice words)
{
	wording->is_said = true;
	wording->words = words;
}

/* ---- quotes ---- */

/* A `#' begins a comment, and a quote a quoted word, wherever a word may begin. */
static bool needs_quotes(struct slice value, bool blanks_divide)
{
	if (!value.length || strchr("'\" \t", value.at[0]) ||
	    strchr(" \t", value.at[value.length - 1]) || memchr(value.at, '#', value.length))
		return true;
	for (size_t i = 0; i < value.length; i++) {
		if (!strchr(" \t", value.at[i]))
			continue;
		if (blanks_divide || strchr("'\"", value.at[i + 1]))
			return true;
	}
	return false;
}

/* The first MARK before a blank or the end closes a word. */
static bool is_closed_by(struct slice value, char mark)
{
	for (size_t i = 0; i + 1 < value.length; i++) {
		if (value.at[i] == mark && strchr(" \t", value.at[i + 1]))
			return true;
	}
	return false;
}

bool canon_quote(struct arena *arena, struct slice value, bool blanks_divide, struct slice *word)
{
	char mark = is_closed_by(value, '\'') ? '"' : '\'';
	char *quoted;

	*word = value;
	if (!needs_quotes(value, blanks_divide))
		return true;
	if (!value.length || is_closed_by(value, mark))
		return false;
	quoted = arena_printf(arena, "%c%.*s%c", mark, (int)value.length, value.at, mark);
	if (quoted)
		*word = (struct slice){quoted, value.length + 2};
	return quoted != NULL;
}

/* ---- identities ---- */

static bool is_printable(struct slice value)
{
	for (size_t i = 0; i < value.length; i++) {
		if (value.at[i] < ' ' || value.at[i] > '~')
			return false;
	}
	return value.length > 0;
}

static char *hex_digits(struct arena *arena, struct slice bytes)
{
	char *digits = arena_alloc(arena, 2 * bytes.length + 1);

	if (digits)
		hex_write(bytes.at, bytes.length, digits);
	return digits;
}

/* A prefix and the bytes in hex. */
static bool say_hex(struct wording *wording, const char *before, struct slice bytes,
		    const char *behind)
{
	const char *digits = hex_digits(wording->arena, bytes);

	say(wording,
	    digits ? arena_printf(wording->arena, "%s%s%s", before, digits, behind) : NULL);
	return wording->is_said;
}

/* A type word, empty for none, and VALUE. */
static bool say_typed(struct wording *wording, const char *type, struct slice value)
{
	struct slice word;

	if (!is_printable(value) || !canon_quote(wording->arena, value, *type, &word))
		return false;
	say(wording, arena_printf(wording->arena, "%s%s%.*s", type, *type ? " " : "",
				  (int)word.length, word.at));
	return wording->is_said;
}

/* `U@D' has a type word; other text that was taken for an address has only strongSwan's mark. */
static bool say_email(struct wording *wording, struct slice value)
{
	const char *at = memchr(value.at, '@', value.length);
	const char *marked;

	if (at && at > value.at && at + 1 < value.at + value.length &&
	    !memchr(value.at, ' ', value.length) &&
	    !memchr(at + 1, '@', value.length - (size_t)(at + 1 - value.at)))
		return say_typed(wording, "email", value);
	marked = arena_printf(wording->arena, "@@%.*s", (int)value.length, value.at);
	return marked && say_typed(wording, "", (struct slice){marked, value.length + 2});
}

static bool say_identity_type(struct wording *wording, const struct identity *identity)
{
	switch (identity->type) {
	case IDENTITY_INET:
		say(wording,
		    arena_printf(wording->arena, "inet " IP_FORMAT, IP_BYTES(identity->ip)));
		return wording->is_said;
	case IDENTITY_ANY:
		say(wording, "inet %any");
		return true;
	case IDENTITY_NAME:
		return say_typed(wording, "name", identity->value);
	case IDENTITY_EMAIL:
		return say_email(wording, identity->value);
	case IDENTITY_KEY:
		/* a key in other bytes than ASCII has only a form that is no type word's */
		return is_printable(identity->value)
			   ? say_typed(wording, "key", identity->value)
			   : say_hex(wording, "'@#", identity->value, "'");
	case IDENTITY_DN:
		return identity->value_is_der ? say_hex(wording, "dn 0x", identity->value, "")
					      : say_typed(wording, "", identity->value);
	case IDENTITY_INET_RANGE:
		return say_typed(wording, "", identity->value);
	case IDENTITY_NONE:
	case IDENTITY_SUBJECT:
		break;
	}
	return false;
}

bool canon_identity(struct arena *arena, const struct identity *identity, struct slice *words)
{
	struct wording wording = {.arena = arena};
	bool is_said = say_identity_type(&wording, identity);

	*words = wording.words;
	return is_said;
}

/* ---- the others ---- */

static void say_flag(void *to, enum setting setting, bool value)
{
	(void)setting;
	if (value)
		say(to, "");
}

static void say_choice(void *to, enum setting setting, int value)
{
	const char *word = choice_word(&setting_choices, setting, value);

	if (word)
		say(to, word);
}

static void say_number(void *to, enum setting setting, uint32_t value)
{
	static const struct {
		uint32_t seconds;
		const char *word;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}};
	struct wording *wording = to;
	size_t i = 0;

	if (!value)
		return;
	if (setting_table[setting].type != SETTING_DURATION) {
		say(wording, arena_printf(wording->arena, "%u", (unsigned)value));
		return;
	}
	while (value % units[i].seconds)
		i++;
	say(wording, arena_printf(wording->arena, "%u%s", (unsigned)(value / units[i].seconds),
				  units[i].word));
}

static void say_suite(void *to, enum setting setting, const struct suite *value)
{
	struct wording *wording = to;
	const char *words = "";

	(void)setting;
	for (int slot = 0; value->set && words && slot < SUITE_SLOTS; slot++) {
		if (value->slot[slot].state == SLOT_GIVEN)
			words = arena_printf(wording->arena, "%s%s%s %s", words, *words ? " " : "",
					     suite_slot_word((enum suite_slot)slot),
					     value->slot[slot].algorithm->word);
	}
	if (words && *words)
		say(wording, words);
}

static void say_label(void *to, enum setting setting, struct slice value)
{
	(void)setting;
	if (value.length)
		say_slice(to, value);
}

static void say_address(void *to, enum setting setting, const struct address *value)
{
	struct wording *wording = to;

	if (value->set)
		say(wording, arena_printf(wording->arena, IP_FORMAT, IP_BYTES(value->ip)));
	else if (setting == SETTING_PEER)
		say(wording, "ANY");
}

static void say_subnet(void *to, enum setting setting, const struct subnet *value)
{
	struct wording *wording = to;

	(void)setting;
	if (value->known)
		say(wording, arena_printf(wording->arena, IP_FORMAT "/%u", IP_BYTES(value->address),
					  (unsigned)value->length));
}

static void say_identity(void *to, enum setting setting, const struct identity *value)
{
	(void)setting;
	say_identity_type(to, value);
}

static void say_text(void *to, enum setting setting, struct slice value)
{
	struct wording *wording = to;
	struct slice word;

	(void)setting;
	if (value.length && canon_quote(wording->arena, value, false, &word))
		say_slice(wording, word);
}

/* ---- secrets ---- */

/* As it stands it would lose its quotes, be decoded, or be taken for a placeholder. */
static bool reads_otherwise(struct slice bytes, const struct setting_info *info)
{
	char first = bytes.at[0], last = bytes.at[bytes.length - 1];

	return secret_mask(bytes, info) == SECRET_MASKED ||
	       (bytes.length > 2 && first == last && (first == '\'' || first == '"')) ||
	       (first == '0' && strchr("sSxX", bytes.at[1]));
}

/* As it stands it is read as it is. */
static bool is_plain_secret(struct slice bytes)
{
	const struct setting_info *info = &setting_table[SETTING_SECRET];

	return secret_characters_are_legal(bytes) && bytes.length >= info->least &&
	       bytes.length <= info->most && !reads_otherwise(bytes, info);
}

static char *base64_text(struct arena *arena, struct slice bytes)
{
	char *text = arena_alloc(arena, (bytes.length + 2) / 3 * 4 + 1);

	if (text)
		EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)bytes.at,
				(int)bytes.length);
	return text;
}

static void say_secret(void *to, enum setting setting, const struct secret *value)
{
	const struct setting_info *info = &setting_table[setting];
	struct wording *wording = to;
	const char *text;

	if (!value->set)
		return;
	if (!value->hex && is_plain_secret(value->bytes)) {
		say_slice(wording, value->bytes);
		return;
	}
	if (2 * value->bytes.length + 2 <= info->most) {
		say_hex(wording, "0x", value->bytes, "");
	} else {
		text = base64_text(wording->arena, value->bytes);
		say(wording, text ? arena_printf(wording->arena, "0s%s", text) : NULL);
	}
	wording->is_said = wording->is_said && wording->words.length >= info->least &&
			   wording->words.length <= info->most;
}

bool canon_words(struct arena *arena, const struct tunnel *tunnel, enum setting setting,
		 struct slice *words)
{
	static const struct field_visitor visitor = {
	    .flag = say_flag,
	    .choice = say_choice,
	    .number = say_number,
	    .suite = say_suite,
	    .secret = say_secret,
	    .label = say_label,
	    .address = say_address,
	    .subnet = say_subnet,
	    .identity = say_identity,
	    .text = say_text,
	};
	struct wording wording = {.arena = arena};

	field_visit(tunnel, setting, &visitor, &wording);
	*words = wording.words;
	return wording.is_said;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/finding/piece.h"

#include "compiler/base/printable.h"
#include "compiler/tables/vocabulary.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const struct slice SECRET = {"secret", 6};

/* So far a word may be from `secret' and be taken for it. */
#define SECRET_DISTANCE 2
/* A secret has eight characters, so what has fewer digits is none. */
#define NUMBER_MAX 7
/* Different marks, alone. */
#define MARKS_MAX 3
/* So many words of the language, algorithms not counted, marks may join. */
#define JOINED_MAX 2

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* --- gaps and marks --------------------------------------------------------------------------- */

/* Blanks beyond ASCII; what shows nothing at all printable.c knows. */
static bool is_wide_blank(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} gaps[] = {{0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a}, {0x202f, 0x202f},
		    {0x205f, 0x205f}, {0x2800, 0x2800}, {0x3000, 0x3000}};

	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		if (code >= gaps[i].first && code <= gaps[i].last)
			return true;
	}
	return false;
}

/* `ESC [ 1 ; 31 m': colours and the cursor. */
static size_t sequence_length(struct slice rest)
{
	size_t length = 2;

	if (rest.length < 2 || rest.at[1] != '[')
		return 1;
	while (length < rest.length && strchr("0123456789;?", rest.at[length]) && rest.at[length])
		length++;
	return length < rest.length && is_letter(rest.at[length]) ? length + 1 : length;
}

size_t piece_gap(struct slice rest)
{
	unsigned char c = rest.length ? (unsigned char)*rest.at : 'x';
	uint32_t code = 0;
	size_t length;

	if (c == 0x1b)
		return sequence_length(rest);
	if (c < 0x80)
		return c <= ' ' || c == 0x7f;
	length = utf8_length(rest.at, rest.length, &code);
	if (!length)
		return 1;
	return is_wide_blank(code) || !printable_length(rest) ? length : 0;
}

static bool is_separator(char c)
{
	return c && strchr("=:\"'<>,;|(){}[]#", c);
}

size_t piece_separator(struct slice rest)
{
	if (rest.length && is_separator(*rest.at))
		return 1;
	return piece_gap(rest);
}

/* The first character of REST, which is no gap. */
static size_t character_length(struct slice rest)
{
	uint32_t code;

	return (unsigned char)*rest.at < 0x80 ? 1 : utf8_length(rest.at, rest.length, &code);
}

/* Of ASCII, and seen: one character, and no gap. */
static bool is_visible(char c)
{
	return c > ' ' && c < 0x7f;
}

size_t piece_length(struct slice rest)
{
	size_t length = 0;

	while (length < rest.length && is_visible(rest.at[length]) &&
	       !is_separator(rest.at[length]))
		length++;
	while (length < rest.length && !piece_separator(slice_cut(rest, length)))
		length += character_length(slice_cut(rest, length));
	return length;
}

size_t piece_value_length(struct slice rest)
{
	size_t length = 0;

	while (length < rest.length && is_visible(rest.at[length]) && rest.at[length] != '#')
		length++;
	while (length < rest.length && rest.at[length] != '#' &&
	       !piece_gap(slice_cut(rest, length)))
		length += character_length(slice_cut(rest, length));
	return length;
}

/* --- like `secret' ---------------------------------------------------------------------------- */

static bool is_short_secret(struct slice word, size_t least)
{
	return word.length >= least && word.length <= SECRET.length &&
	       strncasecmp(word.at, SECRET.at, word.length) == 0;
}

static bool is_near_secret(struct slice word)
{
	return slice_distance(word, SECRET, SECRET_DISTANCE) <= SECRET_DISTANCE;
}

/* `secretxyz', `psk-secret': behind the word itself, or 0. */
static size_t find_inside(struct slice word)
{
	for (size_t i = 0; i + SECRET.length <= word.length; i++) {
		if (strncasecmp(word.at + i, SECRET.at, SECRET.length) == 0 &&
		    (i == 0 || (!is_letter(word.at[i - 1]) && !is_digit(word.at[i - 1]))))
			return i + SECRET.length;
	}
	return 0;
}

/* What a secret is called elsewhere. */
static const struct slice KEY_WORDS[] = {
    {"psk", 3},	     {"key", 3},	{"keys", 4},	      {"pass", 4},
    {"passwd", 6},   {"password", 8},	{"passphrase", 10},   {"passcode", 8},
    {"pin", 3},	     {"pwd", 3},	{"credential", 10},   {"credentials", 11},
    {"preshared", 9}, {"presharedkey", 12}, {"pre-shared-key", 14}, {"key-string", 10},
};

/* What is shorter is near to too much. */
#define KEY_WORD_NEAR_MIN 6

/* Is WORD what a secret is called elsewhere, or with NEAR nearly that? */
static bool is_key_word(struct slice word, bool near)
{
	for (size_t i = 0; i < sizeof(KEY_WORDS) / sizeof(KEY_WORDS[0]); i++) {
		size_t length = KEY_WORDS[i].length;
		unsigned limit = !near || length < KEY_WORD_NEAR_MIN ? 0 : length < 9 ? 1 : 2;

		if (slice_distance(word, KEY_WORDS[i], limit) <= limit)
			return true;
	}
	return false;
}

/* `my-psk', `psk_gw', `pre_shared_key': a part between `-' and `_' is one. */
static bool has_key_word(struct slice word)
{
	for (size_t at = 0, length; at < word.length; at += length + 1) {
		struct slice rest = slice_cut(word, at);

		length = 0;
		while (length < rest.length && !strchr("-_", rest.at[length]))
			length++;
		if (is_key_word((struct slice){rest.at, length}, false))
			return true;
	}
	return is_key_word(word, true);
}

/* --- other alphabets -------------------------------------------------------------------------- */

/* What stands for a character that may be drawn like a letter of `secret', and for any other. */
#define ANY_LETTER '?'
#define NO_LETTER '.'

/* Alphabets with words of their own, some letters of which look like those of `secret'. */
static bool is_own_alphabet(uint32_t code)
{
	static const uint32_t alike[] = {0x3c4, 0x3f2, 0x3f5, 0x405, 0x415, 0x421, 0x422, 0x433,
					 0x435, 0x441, 0x442, 0x450, 0x451, 0x455, 0x4bd, 0x581};

	if (code < 0x370 || (code >= 0x1d00 && code < 0x2e80) || code >= 0xd7b0 ||
	    (code >= 0xa640 && code < 0xac00))
		return false;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (alike[i] == code)
			return false;
	}
	return true;
}

static char folded_character(struct slice rest)
{
	uint32_t code = 0;

	if ((unsigned char)*rest.at < 0x80)
		return *rest.at;
	utf8_length(rest.at, rest.length, &code);
	if (is_own_alphabet(code))
		return NO_LETTER;
	return ANY_LETTER;
}

/*
 * WORD without gaps into FOLDED, characters beyond ASCII as one of the two above.  Returns its
 * length.
 */
static size_t fold(char *folded, size_t size, struct slice word, bool *has_ascii)
{
	size_t used = 0;

	*has_ascii = false;
	while (word.length && used < size) {
		size_t length = piece_gap(word);

		if (!length) {
			length = character_length(word);
			*has_ascii = *has_ascii || is_letter(*word.at);
			folded[used++] = folded_character(word);
		}
		word = slice_cut(word, length);
	}
	return used;
}

/* How many characters of ASCII that are seen WORD begins with. */
static size_t visible_length(struct slice word)
{
	size_t length = 0;

	while (length < word.length && is_visible(word.at[length]))
		length++;
	return length;
}

/* Is WORD, in which other alphabets stand among ASCII or are drawn like it, read as `secret'? */
static bool looks_like_secret(struct slice word)
{
	char folded[16];
	bool has_ascii;
	size_t length;

	if (visible_length(word) > SECRET.length + SECRET_DISTANCE)
		return false;
	length = fold(folded, sizeof(folded), word, &has_ascii);
	if (length > SECRET.length + SECRET_DISTANCE)
		return false;
	for (size_t i = 0; i < length && i < SECRET.length; i++) {
		if (folded[i] == ANY_LETTER || (folded[i] == NO_LETTER && has_ascii))
			folded[i] = SECRET.at[i];
	}
	return is_near_secret((struct slice){folded, length});
}

/* `secret-weak', the name of a rule, is none of them. */
static bool is_long_word(struct slice piece)
{
	return piece.length > SECRET.length && vocabulary_has(piece);
}

/* `s' and `se' are words of many languages too, but where a word stands alone it is a setting. */
static bool is_lone_secret(struct slice word, size_t at, struct slice piece)
{
	struct slice behind = slice_cut(word, at + piece.length);
	bool begins =
	    at == 0 || piece_gap(slice_cut(word, at - 1)) || (at == 1 && strchr("'\"", *word.at));

	return begins && is_short_secret(piece, 1) && (!behind.length || piece_gap(behind));
}

size_t piece_find_secret(struct slice word)
{
	for (size_t at = 0, length; at < word.length; at += length) {
		struct slice rest = slice_cut(word, at);
		struct slice piece = {rest.at, piece_length(rest)};

		length = piece.length ? piece.length : piece_separator(rest);
		if (!piece.length)
			continue;
		if (is_short_secret(piece, 3) || looks_like_secret(piece) ||
		    is_key_word(piece, true) || is_lone_secret(word, at, piece))
			return at + length;
		if (find_inside(piece) && !is_long_word(piece))
			return at + find_inside(piece);
	}
	return looks_like_secret(word) ? word.length : 0;
}

/* --- harmless --------------------------------------------------------------------------------- */

/* `3600', `1h30m', `5s', `45%'. */
static bool is_number(struct slice word)
{
	if (word.length > NUMBER_MAX || !is_digit(word.at[0]))
		return false;
	for (size_t i = 1; i < word.length; i++) {
		if (!is_digit(word.at[i]) && !strchr("smhd%", word.at[i]))
			return false;
	}
	return true;
}

/* WORD as a number up to MOST; -1 if it is none. */
static int number_of(struct slice word, int most)
{
	int number = 0;

	if (!word.length || word.length > 3)
		return -1;
	for (size_t i = 0; i < word.length; i++) {
		if (!is_digit(word.at[i]))
			return -1;
		number = 10 * number + (word.at[i] - '0');
	}
	return number <= most ? number : -1;
}

/* LEAST to four bytes in decimal with dots between them: an address, a mask, a version. */
static bool is_dotted(struct slice word, unsigned least)
{
	struct slice first, rest = word;
	unsigned parts = 1;

	while (slice_split(rest, '.', &first, &rest)) {
		if (number_of(first, 255) < 0)
			return false;
		parts++;
	}
	return number_of(rest, 255) >= 0 && parts >= least && parts <= 4;
}

/* `192.0.2.1', `10.0.0.0/8', `v5.23.0'. */
static bool is_address(struct slice word)
{
	struct slice network = word, length;

	if (*word.at == 'v')
		return is_dotted(slice_cut(word, 1), 2);
	if (!slice_split(word, '/', &network, &length))
		return is_dotted(word, 2);
	return is_dotted(network, 4) && (number_of(length, 32) >= 0 || is_dotted(length, 4));
}

/* `----', `{', `\\/'. */
static bool is_harmless_mark(struct slice word)
{
	if (word.length <= MARKS_MAX)
		return true;
	for (size_t i = 1; i < word.length; i++) {
		if (word.at[i] != word.at[0])
			return false;
	}
	return true;
}

static bool is_mark(char c)
{
	return c > ' ' && c < 0x7f && !is_letter(c) && !is_digit(c);
}

static struct slice without_marks(struct slice piece)
{
	while (piece.length && is_mark(*piece.at))
		piece = slice_cut(piece, 1);
	while (piece.length && is_mark(piece.at[piece.length - 1]))
		piece.length--;
	return piece;
}

size_t piece_secret_length(struct slice piece)
{
	size_t inside = find_inside(piece);

	return inside ? inside : piece.length;
}

enum piece piece_kind(struct slice piece)
{
	struct slice word = without_marks(piece);

	if (!word.length)
		return is_harmless_mark(piece) ? PIECE_KNOWN : PIECE_UNKNOWN;
	if (is_short_secret(word, 1) || is_near_secret(word) ||
	    (find_inside(word) && !is_long_word(word)))
		return PIECE_SECRET;
	if (has_key_word(word) && !is_long_word(word))
		return PIECE_SECRET;
	if (is_number(word) || is_address(word) || vocabulary_has(word))
		return PIECE_KNOWN;
	return vocabulary_is_near(word) ? PIECE_NEAR : PIECE_UNKNOWN;
}

/* --- whole words ------------------------------------------------------------------------------ */

size_t piece_blank(struct slice rest)
{
	uint32_t code = 0;
	size_t length;

	if (!rest.length || (unsigned char)*rest.at < 0x80)
		return 0;
	length = utf8_length(rest.at, rest.length, &code);
	return length && is_wide_blank(code) ? length : 0;
}

/* What a word has, in all its pieces. */
struct tally {
	unsigned numbers, joined, marks;
	char mark; /* the first one */
	bool has_other_mark;
};

static void count_marks(struct tally *tally, const char *from, const char *to)
{
	for (; from < to; from++) {
		if (!is_mark(*from))
			continue;
		tally->has_other_mark =
		    tally->has_other_mark || (tally->marks && tally->mark != *from);
		tally->mark = *from;
		tally->marks++;
	}
}

static void count_piece(struct tally *tally, struct slice piece)
{
	struct slice word = without_marks(piece);

	if (!word.length) {
		count_marks(tally, piece.at, piece.at + piece.length);
		return;
	}
	count_marks(tally, piece.at, word.at);
	count_marks(tally, word.at + word.length, piece.at + piece.length);
	if (is_number(word) || is_address(word))
		tally->numbers++;
	else if (!vocabulary_has_algorithm(word))
		tally->joined++;
}

bool piece_is_plain(struct slice word)
{
	struct tally tally = {0};

	for (size_t length; word.length; word = slice_cut(word, length)) {
		length = piece_length(word);
		if (length) {
			count_piece(&tally, (struct slice){word.at, length});
		} else {
			length = piece_separator(word);
			count_marks(&tally, word.at, word.at + length);
		}
	}
	return tally.numbers <= 1 && tally.joined <= JOINED_MAX &&
	       (tally.marks <= MARKS_MAX || (!tally.has_other_mark && !tally.numbers));
}

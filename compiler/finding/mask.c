/* SPDX-License-Identifier: ISC */
/*
 * What of a line may be a secret is decided by its words alone, not by how the line was read: what
 * could not be read must not be shown either.
 */
#include "compiler/finding/mask.h"

#include "compiler/tables/setting.h"

#include <string.h>
#include <strings.h>

static const struct slice SECRET = {"secret", 6};

/* Further back than this no line is looked at: longer ones are WI117, and shown nowhere. */
#define LOOK_BACK TEXT_LINE_MAX

/*
 * What may stand between `secret' and the secret where a blank should: quotes, marks, a prompt's end,
 * a control character, a no-break space.  What names are made of (`sec-gw.example.com') is not there.
 */
static int is_separator(struct slice line, size_t at)
{
	unsigned char c = (unsigned char)line.at[at];

	if (c == 0xc2)
		return at + 1 < line.length && (unsigned char)line.at[at + 1] == 0xa0;
	return c <= ' ' || c == 0x7f || strchr("=:\"'>,;|", c) != NULL;
}

static size_t mask_word_length(struct slice line, size_t at)
{
	size_t end = at;

	while (end < line.length && !is_separator(line, end))
		end++;
	return end - at;
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int is_prefix_of(struct slice word, struct slice whole, size_t least)
{
	return word.length >= least && word.length <= whole.length &&
	       strncasecmp(word.at, whole.at, word.length) == 0;
}

/* What stands before a setting on its line: `no', `tunnel', `ipsec' and a number. */
static int is_path_word(struct slice word)
{
	static const struct slice tunnel = {"tunnel", 6}, ipsec = {"ipsec", 5};
	size_t digits = 0;

	while (digits < word.length && is_digit(word.at[digits]))
		digits++;
	return digits == word.length || slice_is(word, "no") || is_prefix_of(word, tunnel, 3) ||
	       is_prefix_of(word, ipsec, 1);
}

/* An abbreviation, or a misspelling; where the setting stands every abbreviation, elsewhere from
 * three letters on. */
static int is_like_secret(struct slice word, int in_place)
{
	return is_prefix_of(word, SECRET, in_place ? 1 : 3) || slice_distance(word, SECRET, 2) <= 2;
}

/* `secretxyz', `psk-secret': behind the word itself, or 0. */
static size_t find_inside(struct slice word)
{
	for (size_t i = 0; i + SECRET.length <= word.length; i++) {
		if (strncasecmp(word.at + i, SECRET.at, SECRET.length) == 0 &&
		    (i == 0 || strchr("-_./", word.at[i - 1])))
			return i + SECRET.length;
	}
	return 0;
}

/* A word like `secret' in LINE, by LINE's own words; *FROM is where the secret may begin. */
static int find_secret(struct slice line, size_t *from)
{
	int in_place = 1;

	for (size_t at = 0; at < line.length;) {
		struct slice word = {line.at + at, mask_word_length(line, at)};
		size_t inside = is_like_secret(word, in_place) ? word.length : find_inside(word);

		if (inside) {
			*from = at + inside;
			return 1;
		}
		if (word.length)
			in_place = in_place && is_path_word(word);
		else
			in_place = in_place || line.at[at] == '>'; /* a prompt's end */
		at += word.length ? word.length : 1;
	}
	return 0;
}

/* The line before LINE, as far as it is looked at; empty at the start of the text. */
static struct slice line_before(const struct text *text, struct slice line)
{
	size_t reach = (size_t)(line.at - text->bytes);
	const char *start;

	if (reach == 0)
		return (struct slice){line.at, 0};
	reach = reach - 1 < LOOK_BACK ? reach - 1 : LOOK_BACK;
	start = memrchr(line.at - 1 - reach, '\n', reach);
	start = start ? start + 1 : line.at - 1 - reach;
	return (struct slice){start, (size_t)(line.at - 1 - start)};
}

/* LINE begins with a word that means something in an instance, or nearly so, or has no word. */
static int begins_with_setting(struct slice line)
{
	size_t at = 0;
	struct slice word;

	while (at < line.length && is_separator(line, at))
		at++;
	word = (struct slice){line.at + at, mask_word_length(line, at)};
	return word.length == 0 || *word.at == '#' || setting_match(word).count ||
	       setting_nearest(word) || (is_path_word(word) && !is_digit(*word.at));
}

size_t mask_from(const struct text *text, struct slice line)
{
	size_t from;

	/* a terminal wraps long lines, and so does what is pasted from it */
	if (find_secret(line_before(text, line), &from) && !begins_with_setting(line))
		return 0;
	return find_secret(line, &from) ? from : line.length;
}

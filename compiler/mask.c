/* SPDX-License-Identifier: ISC */
#include "compiler/mask.h"

#include <string.h>
#include <strings.h>

static const struct slice SECRET = {"secret", 6};

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

static size_t word_length(struct slice line, size_t at)
{
	size_t end = at;

	while (end < line.length && !is_separator(line, end))
		end++;
	return end - at;
}

/* An abbreviation from three letters on, or a misspelling. */
static int is_like_secret(struct slice word)
{
	if (word.length >= 3 && word.length <= SECRET.length &&
	    strncasecmp(word.at, SECRET.at, word.length) == 0)
		return 1;
	return slice_distance(word, SECRET, 2) <= 2;
}

/* `secretxyz': behind the word itself, or 0. */
static size_t find_prefix(struct slice word)
{
	return word.length > SECRET.length && strncasecmp(word.at, SECRET.at, SECRET.length) == 0
		   ? SECRET.length
		   : 0;
}

static int is_line_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The line before has `secret' and nothing else: a paste that the terminal wrapped. */
static int follows_bare_secret(const struct text *text, struct slice line)
{
	const char *end = line.at, *start;

	if (end == text->bytes)
		return 0;
	for (end--; end > text->bytes && is_line_blank(end[-1]);)
		end--;
	for (start = end; start > text->bytes && !strchr(" \t\n>", start[-1]);)
		start--;
	if (!is_like_secret((struct slice){start, (size_t)(end - start)}))
		return 0;
	while (start > text->bytes && is_line_blank(start[-1]))
		start--;
	return start == text->bytes || start[-1] == '\n' || start[-1] == '>';
}

size_t mask_from(const struct text *text, struct slice line)
{
	if (follows_bare_secret(text, line))
		return 0;
	for (size_t at = 0; at < line.length;) {
		struct slice word = {line.at + at, word_length(line, at)};

		if (is_like_secret(word))
			return at + word.length;
		if (find_prefix(word))
			return at + find_prefix(word);
		at += word.length ? word.length : 1;
	}
	return line.length;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/mask.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const struct slice SECRET = {"secret", 6};

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* An abbreviation from three letters on, or a misspelling. */
static int is_like_secret(struct slice word)
{
	if (word.length >= 3 && word.length <= SECRET.length &&
	    strncasecmp(word.at, SECRET.at, word.length) == 0)
		return 1;
	return slice_distance(word, SECRET, 2) <= 2;
}

/* `secret=xyz', `secretxyz', `prompt#>secret': behind the word itself, or 0. */
static size_t find_inside(struct slice word)
{
	for (size_t i = 0; i + SECRET.length <= word.length; i++) {
		if (strncasecmp(word.at + i, SECRET.at, SECRET.length) == 0 &&
		    (i == 0 || !isalnum((unsigned char)word.at[i - 1])))
			return i + SECRET.length;
	}
	return 0;
}

size_t mask_from(struct slice line)
{
	size_t at = 0;

	while (at < line.length) {
		struct slice word = {line.at + at, 0};
		size_t inside;

		if (is_blank(line.at[at])) {
			at++;
			continue;
		}
		while (at < line.length && !is_blank(line.at[at]))
			at++;
		word.length = (size_t)(line.at + at - word.at);
		if (is_like_secret(word))
			return at;
		inside = find_inside(word);
		if (inside)
			return (size_t)(word.at - line.at) + inside;
	}
	return line.length;
}

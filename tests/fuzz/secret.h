/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FUZZ_SECRET_H
#define WEIPSEC_FUZZ_SECRET_H

#include "compiler/base/text.h"

#include <stdbool.h>
#include <string.h>

/* Messages have no such long words of their own, but for names such as ipsec-mtu-override. */
#define SECRET_LEAST 16
#define SECRET_BEFORE "secret "

/* The word that TEXT begins with. */
static inline struct slice secret_word(struct slice text)
{
	struct slice word = {text.at, 0};

	while (word.length < text.length && !memchr(" \t\r\n\"", word.at[word.length], 5))
		word.length++;
	return word;
}

static inline bool secret_is_name(struct slice word)
{
	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] != '-' && (word.at[i] < 'a' || word.at[i] > 'z'))
			return false;
	}
	return true;
}

/* Does WORD stand behind `secret' alone in TEXT?  Elsewhere it is a word as any other. */
static inline bool secret_is_kept(struct slice text, struct slice word)
{
	const size_t before = sizeof(SECRET_BEFORE) - 1;
	const char *start = text.at, *at;

	while ((at = memmem(text.at, text.length, word.at, word.length))) {
		if ((size_t)(at - start) < before || memcmp(at - before, SECRET_BEFORE, before))
			return false;
		text = slice_cut(text, (size_t)(at - text.at) + word.length);
	}
	return true;
}

/* Is a secret that stands behind its word, and nowhere else in TEXT, in SIZE BYTES? */
static inline bool secret_is_shown(struct slice text, const char *bytes, size_t size)
{
	const size_t before = sizeof(SECRET_BEFORE) - 1;
	struct slice rest = text, word;
	const char *at;

	while ((at = memmem(rest.at, rest.length, SECRET_BEFORE, before))) {
		rest = slice_cut(rest, (size_t)(at - rest.at) + before);
		word = secret_word(rest);
		if (word.length >= SECRET_LEAST && !secret_is_name(word) &&
		    memmem(bytes, size, word.at, word.length) && secret_is_kept(text, word))
			return true;
	}
	return false;
}

/* What a terminal shows of it can be moved by nothing that a file holds. */
static inline bool is_plain(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)bytes[i] < 0x20 && bytes[i] != '\n' && bytes[i] != '\t')
			return false;
	}
	return true;
}

#endif

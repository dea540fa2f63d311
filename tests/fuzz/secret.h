/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FUZZ_SECRET_H
#define WEIPSEC_FUZZ_SECRET_H

#include "compiler/base/text.h"
#include "tests/fuzz/words.h"

#include <stdbool.h>
#include <string.h>

/* Is the secret of WORDS_SECRET in SIZE BYTES? */
static inline bool secret_is_in(const char *bytes, size_t size)
{
	return memmem(bytes, size, WORDS_SECRET, sizeof(WORDS_SECRET) - 1) != NULL;
}

/* Does TEXT have it anywhere but behind the word `secret', so that it is a word as any other? */
static inline bool secret_is_told(struct slice text)
{
	static const char before[] = "secret ";
	const size_t length = sizeof(before) - 1;
	const char *start = text.at, *at;

	while ((at = memmem(text.at, text.length, WORDS_SECRET, sizeof(WORDS_SECRET) - 1))) {
		if ((size_t)(at - start) < length || memcmp(at - length, before, length) != 0)
			return true;
		text = slice_cut(text, (size_t)(at - text.at) + sizeof(WORDS_SECRET) - 1);
	}
	return false;
}

#endif

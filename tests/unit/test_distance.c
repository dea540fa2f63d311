/* SPDX-License-Identifier: ISC */
/*
 * slice_distance(): what it leaves out of account for speed, words that are too far by their length
 * or their letters, changes no distance within the limit.
 */
#include "compiler/base/text.h"

#include <stdbool.h>
#include <stdio.h>

static int tests, failures;

static void result(bool ok, const char *what)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s\n", ok ? "" : "not ", tests, what);
}

/* Words of few letters, so that many are near each other. */
static struct slice word_make(char *to, unsigned *seed)
{
	static const char letters[] = "abAc-1";
	size_t length;

	*seed = *seed * 1103515245u + 12345u;
	length = *seed >> 16 & 7;
	for (size_t i = 0; i < length; i++) {
		*seed = *seed * 1103515245u + 12345u;
		to[i] = letters[(*seed >> 16) % (sizeof(letters) - 1)];
	}
	return (struct slice){to, length};
}

/* A limit that no two of these words reach is one that leaves out nothing. */
static void test_limits(void)
{
	unsigned seed = 1, near = 0;
	bool same = true;

	for (int i = 0; i < 100000; i++) {
		char left[8], right[8];
		struct slice a = word_make(left, &seed), b = word_make(right, &seed);
		unsigned whole = slice_distance(a, b, 32);

		for (unsigned limit = 0; limit <= 3; limit++) {
			unsigned within = slice_distance(a, b, limit);

			same = same && within == (whole <= limit ? whole : limit + 1);
			near += within <= limit;
		}
	}
	result(same, "distance: with a limit as without");
	result(near > 10000, "distance: many of the words are near");
}

static void test_known(void)
{
	const struct slice word = {"secret", 6};

	result(slice_distance(word, (struct slice){"SECRET", 6}, 0) == 0, "distance: case is none");
	result(slice_distance(word, (struct slice){"sceret", 6}, 2) == 1,
	       "distance: two letters that changed places are one edit");
	result(slice_distance(word, (struct slice){"scret", 5}, 1) == 1, "distance: one lost");
	result(slice_distance(word, (struct slice){"xecrxt", 6}, 2) == 2, "distance: two others");
	result(slice_distance(word, (struct slice){"", 0}, 2) == 3, "distance: past the limit");
}

int main(void)
{
	test_limits();
	test_known();
	printf("1..%d\n", tests);
	return failures != 0;
}

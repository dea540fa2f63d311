/* SPDX-License-Identifier: ISC */
#include "compiler/tables/algorithm.h"

#include <stdio.h>
#include <string.h>

#define CBC ALGORITHM_CBC
#define CTR ALGORITHM_CTR
#define AEAD ALGORITHM_AEAD
#define AUTH ALGORITHM_AUTH
#define PRF ALGORITHM_PRF
#define DH ALGORITHM_DH

const struct algorithm algorithm_table[ALGORITHM_COUNT] = {
#define ALGORITHM(symbol, word, kind, key_bits, icv, strength, ikev1, rfc, swanctl)                \
	[ALGORITHM_##symbol] = {word, swanctl, kind, key_bits, icv, strength, rfc, ikev1},
#include "schemas/algorithms.def"
};

static const struct {
	const char *word;
	const char *weos;
} bit_words[] = {
#define BITS(word, weos) {word, weos},
#include "schemas/algorithms.def"
};

static const struct {
	const char *word;
	enum algorithm_kind kind;
	const char *instead;
} other_words[] = {
#define OTHER(word, kind, instead) {word, kind, instead},
#include "schemas/algorithms.def"
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Further off than this a word is no misspelling of another. */
#define MISSPELT_MAX 2

enum suite_slot algorithm_slot(enum algorithm_kind kind)
{
	static const enum suite_slot slots[] = {
	    [ALGORITHM_CBC] = SUITE_CIPHER, [ALGORITHM_CTR] = SUITE_CIPHER,
	    [ALGORITHM_AEAD] = SUITE_CIPHER, [ALGORITHM_AUTH] = SUITE_AUTH,
	    [ALGORITHM_PRF] = SUITE_PRF,     [ALGORITHM_DH] = SUITE_DH,
	};

	return slots[kind];
}

static const struct algorithm *find_exact(enum suite_slot slot, struct slice word)
{
	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		if (algorithm_slot(algorithm_table[i].kind) == slot &&
		    slice_is(word, algorithm_table[i].word))
			return &algorithm_table[i];
	}
	return NULL;
}

static const struct algorithm *find_bits(enum suite_slot slot, struct slice word)
{
	for (size_t i = 0; i < ARRAY_SIZE(bit_words); i++) {
		const char *weos = bit_words[i].weos;

		if (slice_is_nocase(word, bit_words[i].word))
			return find_exact(slot, (struct slice){weos, strlen(weos)});
	}
	return NULL;
}

static const char *find_other(enum suite_slot slot, struct slice word)
{
	for (size_t i = 0; i < ARRAY_SIZE(other_words); i++) {
		if (algorithm_slot(other_words[i].kind) == slot &&
		    slice_is_nocase(word, other_words[i].word))
			return other_words[i].instead;
	}
	return NULL;
}

static void find_nearest(enum suite_slot slot, struct slice word, struct algorithm_match *match)
{
	unsigned least = MISSPELT_MAX + 1;

	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		const struct algorithm *algorithm = &algorithm_table[i];
		struct slice known = {algorithm->word, strlen(algorithm->word)};
		unsigned distance = slice_distance(word, known, MISSPELT_MAX);

		if (algorithm_slot(algorithm->kind) != slot || distance > least)
			continue;
		match->certain = distance < least && distance <= 1;
		if (distance < least)
			match->nearest = algorithm;
		least = distance;
	}
}

struct algorithm_match algorithm_match(enum suite_slot slot, struct slice word)
{
	struct algorithm_match match = {.exact = find_exact(slot, word)};

	if (match.exact)
		return match;
	match.bits = find_bits(slot, word);
	if (!match.bits)
		match.instead = find_other(slot, word);
	if (!match.bits && !match.instead)
		find_nearest(slot, word, &match);
	return match;
}

int algorithm_is_known(struct slice word)
{
	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		if (slice_is_nocase(word, algorithm_table[i].word))
			return 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(bit_words); i++) {
		if (slice_is_nocase(word, bit_words[i].word))
			return 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(other_words); i++) {
		if (slice_is_nocase(word, other_words[i].word))
			return 1;
	}
	return 0;
}

void algorithm_list(enum suite_slot slot, char *buffer, size_t size)
{
	size_t used = 0;
	size_t last = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		if (algorithm_slot(algorithm_table[i].kind) == slot)
			last = i;
	}
	for (size_t i = 0; i <= last && used < size; i++) {
		if (algorithm_slot(algorithm_table[i].kind) == slot)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
						 used == 0   ? ""
						 : i == last ? " or "
							     : ", ",
						 algorithm_table[i].word);
	}
}

const char *suite_slot_word(enum suite_slot slot)
{
	static const char *const words[] = {
	    [SUITE_CIPHER] = "cipher",
	    [SUITE_AUTH] = "auth",
	    [SUITE_PRF] = "prf",
	    [SUITE_DH] = "dh",
	};

	return words[slot];
}

/* SPDX-License-Identifier: ISC */
#include "compiler/tables/weos4.h"

#include "compiler/tables/weos4_own.h"

#include <stdio.h>
#include <string.h>

#define SETTING_NONE WEOS4_NONE

const struct weos4_info weos4_table[WEOS4_COUNT] = {
#define WEOS4(symbol, word, counterpart, type, least, most, standard, form, line, instead)         \
	[WEOS4_##symbol] = {{word, standard, form, line, least, most, SETTING_##type},             \
			    SETTING_##counterpart,                                                 \
			    instead},
#include "schemas/weos4.def"
};

static const struct {
	enum weos4_setting setting;
	const char *word;
} spellings[] = {
#define SPELLING(symbol, word) {WEOS4_##symbol, word},
#include "schemas/weos4.def"
};

static const struct setting_choice choice_rows[] = {
#define VALUE(symbol, word, value) {word, SETTING_##symbol, value},
#include "schemas/weos4.def"
};

const struct choices weos4_choices = {choice_rows, sizeof(choice_rows) / sizeof(choice_rows[0])};

#define CBC ALGORITHM_CBC
#define AUTH ALGORITHM_AUTH
#define DH ALGORITHM_DH

const struct algorithm weos4_own[WEOS4_OWN_COUNT] = {
#define WEOS4_ALGORITHM(symbol, word, kind, key_bits, icv, strength, rfc, swanctl, instead, flaw)  \
	[WEOS4_OWN_##symbol] = {word, swanctl, kind, key_bits, icv, strength, rfc, 1},
#include "schemas/weos4.def"
};

static const struct {
	const char *instead;
	const char *flaw;
} own_remarks[WEOS4_OWN_COUNT] = {
#define WEOS4_ALGORITHM(symbol, word, kind, key_bits, icv, strength, rfc, swanctl, instead, flaw)  \
	[WEOS4_OWN_##symbol] = {instead, flaw},
#include "schemas/weos4.def"
};

static const enum algorithm_id shared[] = {
#define SHARED(symbol) ALGORITHM_##symbol,
#include "schemas/weos4.def"
};

static const struct {
	const char *word;
	enum algorithm_kind kind;
	const char *right;
} others[] = {
#define ALSO(word, kind, right) {word, kind, right},
#include "schemas/weos4.def"
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* --- settings --------------------------------------------------------------------------------- */

static bool stands_there(enum weos4_setting setting, bool in_tunnel)
{
	return (setting < WEOS4_INSTANCE) == in_tunnel;
}

/* The one that WORD is the beginning of another spelling of.  No abbreviation hides a secret. */
static struct weos4_match match_spelling(struct slice word, bool in_tunnel)
{
	struct weos4_match match = {0};

	for (size_t i = 0; word.length && i < ARRAY_SIZE(spellings); i++) {
		enum weos4_setting setting = spellings[i].setting;

		if (!stands_there(setting, in_tunnel) || setting == WEOS4_SECRET ||
		    strncmp(word.at, spellings[i].word, word.length) != 0)
			continue;
		if (match.count && match.first != setting)
			return (struct weos4_match){0};
		match = (struct weos4_match){1, setting};
	}
	return match;
}

struct weos4_match weos4_match(struct slice word, bool in_tunnel)
{
	struct weos4_match match = {0};

	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
		if (stands_there(spellings[i].setting, in_tunnel) &&
		    slice_is(word, spellings[i].word))
			return (struct weos4_match){1, spellings[i].setting};
	}
	for (int i = WEOS4_COUNT - 1; word.length && i >= 0; i--) {
		const char *known = weos4_table[i].info.word;

		if (!stands_there((enum weos4_setting)i, in_tunnel) ||
		    strncmp(word.at, known, word.length) != 0)
			continue;
		if (strlen(known) == word.length)
			return (struct weos4_match){1, (enum weos4_setting)i};
		match = (struct weos4_match){match.count + 1, (enum weos4_setting)i};
	}
	return match.count ? match : match_spelling(word, in_tunnel);
}

int weos4_of(enum setting setting)
{
	for (int i = 0; i < WEOS4_COUNT; i++) {
		if (weos4_table[i].counterpart == (int)setting)
			return i;
	}
	return -1;
}

const char *weos4_instead(struct slice word)
{
	for (size_t i = 0; i < WEOS4_COUNT; i++) {
		if (weos4_table[i].instead && slice_is(word, weos4_table[i].info.word))
			return weos4_table[i].instead;
	}
	return NULL;
}

const char *weos4_nearest(struct slice word)
{
	static const struct slice known[] = {
#define WEOS4(symbol, word, counterpart, type, least, most, standard, form, line, instead)         \
	{word, sizeof(word) - 1},
#include "schemas/weos4.def"
	};
	size_t nearest = slice_nearest(word, known, ARRAY_SIZE(known));

	return nearest < ARRAY_SIZE(known) ? known[nearest].at : NULL;
}

/* --- algorithms ------------------------------------------------------------------------------- */

#define ALGORITHMS (ARRAY_SIZE(shared) + WEOS4_OWN_COUNT)

static const struct algorithm *algorithm_at(size_t i)
{
	return i < ARRAY_SIZE(shared) ? &algorithm_table[shared[i]]
				      : &weos4_own[i - ARRAY_SIZE(shared)];
}

static const struct algorithm *find_word(enum suite_slot slot, struct slice word)
{
	for (size_t i = 0; i < ALGORITHMS; i++) {
		const struct algorithm *algorithm = algorithm_at(i);

		if (algorithm_slot(algorithm->kind) == slot &&
		    slice_is_nocase(word, algorithm->word))
			return algorithm;
	}
	return NULL;
}

const struct algorithm *weos4_algorithm(enum suite_slot slot, struct slice word)
{
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		const char *right = others[i].right;

		if (algorithm_slot(others[i].kind) == slot && slice_is_nocase(word, others[i].word))
			return find_word(slot, (struct slice){right, strlen(right)});
	}
	return find_word(slot, word);
}

void weos4_algorithm_list(enum suite_slot slot, char *buffer, size_t size)
{
	size_t used = 0, last = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < ALGORITHMS; i++) {
		if (algorithm_slot(algorithm_at(i)->kind) == slot)
			last = i;
	}
	for (size_t i = 0; i <= last && used < size; i++) {
		if (algorithm_slot(algorithm_at(i)->kind) == slot)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
						 used == 0   ? ""
						 : i == last ? " or "
							     : ", ",
						 algorithm_at(i)->word);
	}
}

/* Its place among those that only WeOS 4 has, or WEOS4_OWN_COUNT. */
static size_t own_place(const struct algorithm *algorithm)
{
	size_t i = 0;

	while (i < WEOS4_OWN_COUNT && algorithm != &weos4_own[i])
		i++;
	return i;
}

const char *weos4_algorithm_instead(const struct algorithm *algorithm)
{
	size_t place = own_place(algorithm);

	return place < WEOS4_OWN_COUNT ? own_remarks[place].instead : NULL;
}

const char *weos4_algorithm_flaw(const struct algorithm *algorithm)
{
	size_t place = own_place(algorithm);

	return place < WEOS4_OWN_COUNT ? own_remarks[place].flaw : NULL;
}

const struct algorithm *weos4_aggressive(enum suite_slot slot)
{
	switch (slot) {
	case SUITE_CIPHER:
		return &algorithm_table[ALGORITHM_AES128];
	case SUITE_AUTH:
		return &algorithm_table[ALGORITHM_SHA1];
	case SUITE_DH:
		return &weos4_own[WEOS4_OWN_MODP1024];
	default:
		return NULL;
	}
}

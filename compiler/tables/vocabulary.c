/* SPDX-License-Identifier: ISC */
#include "compiler/tables/vocabulary.h"

#include "compiler/tables/algorithm.h"
#include "compiler/tables/rule.h"
#include "compiler/tables/setting.h"
#include "compiler/tables/weos4.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char *const words[] = {
#define WORD(word) word,
#include "schemas/words.def"
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Longer than any word that there is. */
#define WORD_MAX 40
/* What is shorter is a misspelling of too much. */
#define NEAR_MIN 3

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_listed(struct slice word)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		/* letters differ by one bit from their capitals */
		if (((words[i][0] ^ word.at[0]) & ~0x20) == 0 && slice_is_nocase(word, words[i]))
			return true;
	}
	return false;
}

static bool is_setting(struct slice word)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		if (slice_is_nocase(word, setting_table[i].word))
			return true;
	}
	for (size_t i = 0; i < setting_choices.count; i++) {
		if (slice_is_nocase(word, setting_choices.list[i].word))
			return true;
	}
	return weos4_instead(word) != NULL;
}

/* `WI999', whether there is such a rule or not. */
static bool is_rule_id(struct slice word)
{
	return word.length == 5 && strncasecmp(word.at, "WI", 2) == 0 && is_digit(word.at[2]) &&
	       is_digit(word.at[3]) && is_digit(word.at[4]);
}

static bool is_rule(struct slice word)
{
	char name[WORD_MAX + 1];

	memcpy(name, word.at, word.length);
	name[word.length] = '\0';
	return rule_find(name) >= 0;
}

static bool fits(enum suite_slot slot, struct slice word)
{
	struct algorithm_match match = algorithm_match(slot, word);

	return match.exact || match.bits || match.instead;
}

/* `aes256-sha256-modp2048', as others write a suite: the cipher first, the group last. */
static bool is_suite(struct slice word)
{
	struct slice first, rest = word;
	unsigned parts = 1;

	for (; slice_split(rest, '-', &first, &rest); parts++) {
		if (!first.length || fits(SUITE_CIPHER, first) != (parts == 1) ||
		    fits(SUITE_DH, first) || !algorithm_is_known(first))
			return false;
	}
	return parts > 1 && parts <= SUITE_SLOTS && rest.length && algorithm_is_known(rest) &&
	       !fits(SUITE_CIPHER, rest);
}

int vocabulary_has_algorithm(struct slice word)
{
	return word.length && word.length <= WORD_MAX &&
	       (algorithm_is_known(word) || is_suite(word));
}

/*
 * What has instances, and how many digits their numbers have: with one that is no secret yet, or
 * hardly.
 */
static const struct {
	const char *word;
	size_t digits;
} numbered[] = {
    {"vlan", 4}, {"ipsec", 3}, {"tunnel", 2}, {"gre", 3},  {"ssl", 3},
    {"eth", 3},	 {"dsl", 3},   {"ppp", 3},    {"port", 3},
};

/* `vlan1', `ipsec-1'. */
static bool is_numbered(struct slice word)
{
	size_t digits = 0;

	while (digits < word.length && is_digit(word.at[word.length - 1 - digits]))
		digits++;
	word.length -= digits;
	if (word.length && word.at[word.length - 1] == '-')
		word.length--;
	for (size_t i = 0; digits && i < ARRAY_SIZE(numbered); i++) {
		if (slice_is_nocase(word, numbered[i].word))
			return digits <= numbered[i].digits;
	}
	return false;
}

int vocabulary_has(struct slice word)
{
	if (!word.length || word.length > WORD_MAX)
		return 0;
	return is_listed(word) || is_setting(word) || vocabulary_has_algorithm(word) ||
	       is_numbered(word) || is_rule_id(word) || is_rule(word);
}

/* --- what is nearly one ----------------------------------------------------------------------- */

static bool is_near(struct slice word, const char *known)
{
	struct slice right = {known, strlen(known)};
	unsigned limit = right.length <= 4 ? 1 : 2;

	return slice_distance(word, right, limit) <= limit;
}

static bool is_near_algorithm(struct slice word)
{
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		if (is_near(word, suite_slot_word((enum suite_slot)slot)) ||
		    algorithm_match((enum suite_slot)slot, word).nearest)
			return true;
	}
	return false;
}

static bool is_near_choice(struct slice word)
{
	for (size_t i = 0; i < setting_choices.count; i++) {
		if (is_near(word, setting_choices.list[i].word))
			return true;
	}
	return false;
}

static bool is_short_verb(struct slice word)
{
	static const char *const verbs[] = {"end", "exit", "leave", "abort", "configure", "show"};

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (word.length >= 2 && strncmp(word.at, verbs[i], word.length) == 0)
			return true;
	}
	return false;
}

static bool is_abbreviation(struct slice word)
{
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		const char *whole = suite_slot_word((enum suite_slot)slot);

		if (strncmp(word.at, whole, word.length) == 0)
			return true;
	}
	return setting_match(word).count > 0 || is_short_verb(word);
}

static bool is_near_rule(struct slice word)
{
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (is_near(word, rule_table[rule].name))
			return true;
	}
	return false;
}

int vocabulary_is_near(struct slice word)
{
	if (!word.length || word.length > WORD_MAX)
		return 0;
	if (word.length < NEAR_MIN)
		return is_abbreviation(word);
	return is_abbreviation(word) || setting_nearest(word) || is_near(word, "tunnel") ||
	       is_near(word, "ipsec") || is_near(word, "ignore") || is_near_choice(word) ||
	       is_near_algorithm(word) || is_near_rule(word);
}

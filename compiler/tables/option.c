/* SPDX-License-Identifier: ISC */
#include "compiler/tables/option.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const struct option_info option_table[OPTION_COUNT] = {
#define OPTION(symbol, word, type, field, least, most, standard, form, line)                           \
	[OPTION_##symbol] = {word, standard, form, line, least, most, OPTION_##type},
#include "schemas/options.def"
};

const struct option_choice option_choices[] = {
#define CHOICE(symbol, word, value) {word, OPTION_##symbol, value},
#include "schemas/options.def"
};

/* OPTION_BIT has as many */
_Static_assert(OPTION_COUNT <= 32, "more settings than bits");

const size_t option_choice_count = sizeof(option_choices) / sizeof(option_choices[0]);

static const struct {
	const char *word;
	const char *line;
} weos4_words[] = {
#define WEOS4(word, line) {word, line},
#include "schemas/options.def"
};

/* WORD abbreviates ENTRY, or is it. */
static bool is_prefix(struct slice word, const char *entry)
{
	return strncmp(word.at, entry, word.length) == 0;
}

/* The table is sorted: settings that a word fits stand side by side, and the first byte tells most apart. */
struct option_match option_match(struct slice word)
{
	struct option_match match = {0};
	int at = 0;

	if (word.length == 0)
		return match;
	while (at < OPTION_COUNT &&
	       (option_table[at].word[0] != word.at[0] || !is_prefix(word, option_table[at].word)))
		at++;
	match.first = (enum option)at;
	/* the shortest word stands first, so an exact match does too */
	if (at < OPTION_COUNT && strlen(option_table[at].word) == word.length) {
		match.count = 1;
		return match;
	}
	for (; at < OPTION_COUNT && is_prefix(word, option_table[at].word); at++)
		match.count++;
	return match;
}

int option_find(struct slice word)
{
	struct option_match match = option_match(word);

	return match.count == 1 && slice_is(word, option_table[match.first].word) ? (int)match.first
										  : -1;
}

const char *option_nearest(struct slice word)
{
	static const char *const verbs[] = {"end", "exit", "leave", "abort", "no"};
	const char *nearest = NULL;
	unsigned least = 3;

	for (size_t i = 0; i < OPTION_COUNT + sizeof(verbs) / sizeof(verbs[0]); i++) {
		const char *known = i < OPTION_COUNT ? option_table[i].word : verbs[i - OPTION_COUNT];
		unsigned limit = strlen(known) <= 4 ? 1 : 2;
		unsigned distance =
		    slice_distance(word, (struct slice){known, strlen(known)}, limit);

		if (distance <= limit && distance < least) {
			least = distance;
			nearest = known;
		}
	}
	return nearest;
}

const char *option_weos4(struct slice word)
{
	for (size_t i = 0; i < sizeof(weos4_words) / sizeof(weos4_words[0]); i++) {
		if (slice_is(word, weos4_words[i].word))
			return weos4_words[i].line;
	}
	return NULL;
}

const struct option_choice *option_choice_find(enum option option, struct slice word)
{
	for (size_t i = 0; i < option_choice_count; i++) {
		if (option_choices[i].option == option && slice_is(word, option_choices[i].word))
			return &option_choices[i];
	}
	return NULL;
}

void option_choice_list(enum option option, char *buffer, size_t size)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < option_choice_count && used < size; i++) {
		bool last = i + 1 == option_choice_count || option_choices[i + 1].option != option;

		if (option_choices[i].option == option)
			used += (size_t)snprintf(buffer + used, size - used, "%s'%s'",
						 used == 0 ? ""
						 : last	   ? " or "
							   : ", ",
						 option_choices[i].word);
	}
}

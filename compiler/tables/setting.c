/* SPDX-License-Identifier: ISC */
#include "compiler/tables/setting.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const struct setting_info setting_table[SETTING_COUNT] = {
#define SETTING(symbol, word, type, field, least, most, standard, form, line)                      \
	[SETTING_##symbol] = {word, standard, form, line, least, most, SETTING_##type},
#include "schemas/settings.def"
};

static const struct setting_choice choice_rows[] = {
#define CHOICE(symbol, word, value) {word, SETTING_##symbol, value},
#include "schemas/settings.def"
};

/* SETTING_BIT has as many */
_Static_assert(SETTING_COUNT <= 32, "more settings than bits");

const struct choices setting_choices = {choice_rows, sizeof(choice_rows) / sizeof(choice_rows[0])};

static const struct {
	const char *word;
	const char *line;
} strangers[] = {
#define STRANGER(word, line) {word, line},
#include "schemas/settings.def"
};

/* WORD abbreviates ENTRY, or is it. */
static bool is_prefix(struct slice word, const char *entry)
{
	return strncmp(word.at, entry, word.length) == 0;
}

/*
 * The table is sorted: settings that a word fits stand side by side, and the first byte tells most
 * apart.
 */
struct setting_match setting_match(struct slice word)
{
	struct setting_match match = {0};
	int at = 0;

	if (word.length == 0)
		return match;
	while (at < SETTING_COUNT && (setting_table[at].word[0] != word.at[0] ||
				      !is_prefix(word, setting_table[at].word)))
		at++;
	match.first = (enum setting)at;
	/* the shortest word stands first, so an exact match does too */
	if (at < SETTING_COUNT && strlen(setting_table[at].word) == word.length) {
		match.count = 1;
		return match;
	}
	for (; at < SETTING_COUNT && is_prefix(word, setting_table[at].word); at++)
		match.count++;
	return match;
}

int setting_find(struct slice word)
{
	struct setting_match match = setting_match(word);

	return match.count == 1 && slice_is(word, setting_table[match.first].word)
		   ? (int)match.first
		   : -1;
}

/* The settings, then the verbs. */
static const struct slice known[] = {
#define WORD(word) {word, sizeof(word) - 1},
#define SETTING(symbol, word, type, field, least, most, standard, form, line) WORD(word)
#include "schemas/settings.def"
    WORD("end") WORD("exit") WORD("leave") WORD("abort") WORD("no")
#undef WORD
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

const char *setting_nearest(struct slice word)
{
	size_t nearest = slice_nearest(word, known, KNOWN_COUNT);

	return nearest < KNOWN_COUNT ? known[nearest].at : NULL;
}

int setting_meant(struct slice word, bool *certain)
{
	const char *nearest = setting_nearest(word);
	int meant = nearest ? setting_find((struct slice){nearest, strlen(nearest)}) : -1;
	int near = 0;

	for (size_t i = 0; i < KNOWN_COUNT; i++)
		near += known[i].length > 2 && slice_distance(word, known[i], 1) <= 1;
	*certain = meant >= 0 && near == 1 &&
		   slice_distance(word, (struct slice){nearest, strlen(nearest)}, 1) <= 1;
	return meant;
}

const char *setting_stranger(struct slice word)
{
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		if (slice_is_nocase(word, strangers[i].word))
			return strangers[i].line;
	}
	return NULL;
}

const struct setting_choice *choice_find(const struct choices *choices, enum setting setting,
					 struct slice word)
{
	for (size_t i = 0; i < choices->count; i++) {
		if (choices->list[i].setting == setting && slice_is(word, choices->list[i].word))
			return &choices->list[i];
	}
	return NULL;
}

const char *choice_word(const struct choices *choices, enum setting setting, int value)
{
	for (size_t i = 0; i < choices->count; i++) {
		if (choices->list[i].setting == setting && choices->list[i].value == value)
			return choices->list[i].word;
	}
	return NULL;
}

void setting_bounds(const struct setting_info *info, char *buffer, size_t size)
{
	const char *unit = info->type == SETTING_DURATION ? " seconds"
			   : info->type == SETTING_NUMBER ? ""
							  : " characters";

	*buffer = '\0';
	if (info->most && info->least)
		snprintf(buffer, size, "%u to %u%s", info->least, info->most, unit);
	else if (info->most)
		snprintf(buffer, size, "at most %u%s", info->most, unit);
}

void choice_list(const struct choices *choices, enum setting setting, char *buffer, size_t size)
{
	const struct setting_choice *list = choices->list;
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < choices->count && used < size; i++) {
		bool last = i + 1 == choices->count || list[i + 1].setting != setting;

		if (list[i].setting == setting)
			used += (size_t)snprintf(buffer + used, size - used, "%s'%s'",
						 used == 0 ? ""
						 : last	   ? " or "
							   : ", ",
						 list[i].word);
	}
}

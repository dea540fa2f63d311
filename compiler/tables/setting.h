/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SETTING_H
#define WEIPSEC_SETTING_H

#include "compiler/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting {
#define SETTING(symbol, word, type, field, least, most, standard, form, line) SETTING_##symbol,
#include "schemas/settings.def"
	SETTING_COUNT
};

#define SETTING_BIT(setting) (UINT32_C(1) << (setting))

/* What the words of a choice stand for, where that is no number. */
enum dpd_action { DPD_CLEAR, DPD_TRAP, DPD_RESTART, DPD_OFF };
enum method { METHOD_PSK, METHOD_CERT };
enum revocation { REVOCATION_RELAXED, REVOCATION_STRICT };

enum setting_type {
	SETTING_FLAG,
	SETTING_CHOICE,
	SETTING_NUMBER,
	SETTING_DURATION,
	SETTING_SUITE,
	SETTING_SECRET_TEXT,
	SETTING_LABEL,
	SETTING_ADDRESS,
	SETTING_SUBNET,
	SETTING_IDENTITY,
	SETTING_TEXT
};

struct setting_info {
	const char *word;
	const char *standard; /* the default, in words */
	const char *form;     /* what to type behind the word */
	const char *line;
	uint32_t least;
	uint32_t most;
	enum setting_type type;
};

struct setting_choice {
	const char *word;
	enum setting setting;
	int value;
};

/* The words of a language that settings take; those of one setting stand side by side. */
struct choices {
	const struct setting_choice *list;
	size_t count;
};

extern const struct setting_info setting_table[SETTING_COUNT];
extern const struct choices setting_choices;

/* What a word means inside `ipsec ID'. */
struct setting_match {
	int count;	   /* settings that it fits: 1 if it is one or abbreviates one, 0 unknown */
	enum setting first; /* those settings: they stand side by side in the table */
};

struct setting_match setting_match(struct slice word);
/* The setting that WORD is in full, or -1. */
int setting_find(struct slice word);
/*
 * The word of `ipsec ID', `end' and the like included, that a misspelt WORD is nearest to, or NULL.
 */
const char *setting_nearest(struct slice word);
/*
 * The setting that a misspelt WORD is nearest to, or -1; CERTAIN: by one edit or its case, and
 * nothing else is.
 */
int setting_meant(struct slice word, bool *certain);
/*
 * What who types this WORD, which no WeOS has, is to type instead, or NULL if it is no such word.
 */
const char *setting_stranger(struct slice word);
/* What INFO's value may be, as "1 to 3600" into BUFFER of SIZE bytes; empty without such bounds. */
void setting_bounds(const struct setting_info *info, char *buffer, size_t size);
/* The row of SETTING that has WORD, or NULL. */
const struct setting_choice *choice_find(const struct choices *choices, enum setting setting,
					 struct slice word);
/* The word that stands for VALUE of SETTING, or NULL. */
const char *choice_word(const struct choices *choices, enum setting setting, int value);
/* The words that SETTING takes, as "a, b or c" into BUFFER of SIZE bytes. */
void choice_list(const struct choices *choices, enum setting setting, char *buffer, size_t size);

#endif

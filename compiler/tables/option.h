/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OPTION_H
#define WEIPSEC_OPTION_H

#include "compiler/base/text.h"

#include <stddef.h>
#include <stdint.h>

enum option {
#define OPTION(symbol, word, type, field, least, most, standard, form, line) OPTION_##symbol,
#include "schemas/options.def"
	OPTION_COUNT
};

#define OPTION_BIT(option) (UINT32_C(1) << (option))

/* What the words of a choice stand for, where that is no number. */
enum dpd_action { DPD_CLEAR, DPD_TRAP, DPD_RESTART, DPD_OFF };
enum method { METHOD_PSK, METHOD_CERT };
enum revocation { REVOCATION_RELAXED, REVOCATION_STRICT };

enum option_type {
	OPTION_FLAG,
	OPTION_CHOICE,
	OPTION_NUMBER,
	OPTION_DURATION,
	OPTION_SUITE,
	OPTION_SECRET_TEXT,
	OPTION_LABEL,
	OPTION_ADDRESS,
	OPTION_SUBNET,
	OPTION_IDENTITY,
	OPTION_TEXT
};

struct option_info {
	const char *word;
	const char *standard; /* the default, in words */
	const char *form;     /* what to type behind the word */
	const char *line;
	uint32_t least;
	uint32_t most;
	enum option_type type;
};

struct option_choice {
	const char *word;
	enum option option;
	int value;
};

extern const struct option_info option_table[OPTION_COUNT];
extern const struct option_choice option_choices[];
extern const size_t option_choice_count;

/* What a word means inside `ipsec ID'. */
struct option_match {
	int count;	   /* settings that it fits: 1 if it is one or abbreviates one, 0 unknown */
	enum option first; /* those settings: they stand side by side in the table */
};

struct option_match option_match(struct slice word);
/* The setting that WORD is in full, or -1. */
int option_find(struct slice word);
/* The word of `ipsec ID', `end' and the like included, that a misspelt WORD is nearest to, or NULL. */
const char *option_nearest(struct slice word);
/* What WeOS 5 has instead of this WeOS 4 word, or NULL if it is none. */
const char *option_weos4(struct slice word);
/* The row of OPTION that has WORD, or NULL. */
const struct option_choice *option_choice_find(enum option option, struct slice word);
/* The words that OPTION takes, as "a, b or c" into BUFFER of SIZE bytes. */
void option_choice_list(enum option option, char *buffer, size_t size);

#endif

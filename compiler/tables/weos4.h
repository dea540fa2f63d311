/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WEOS4_H
#define WEIPSEC_WEOS4_H

#include "compiler/tables/algorithm.h"
#include "compiler/tables/setting.h"

#include <stdbool.h>

/* The settings of WeOS 4, in the order in which they are shown. */
enum weos4_setting {
#define WEOS4(symbol, word, counterpart, type, least, most, standard, form, line, instead)         \
	WEOS4_##symbol,
#include "schemas/weos4.def"
	WEOS4_COUNT
};

/* The first of those of `ipsec ID'; the others stand in `tunnel' itself. */
#define WEOS4_INSTANCE WEOS4_ENABLE

/* No field of struct tunnel has the value. */
#define WEOS4_NONE (-1)

struct weos4_info {
	struct setting_info info;
	int counterpart;     /* the enum setting whose field has its value, or WEOS4_NONE */
	const char *instead; /* what WeOS 5 has in place of this word; NULL: the same word */
};

extern const struct weos4_info weos4_table[WEOS4_COUNT];
extern const struct choices weos4_choices;

/* What a word means in WeOS 4: of `ipsec ID', or IN_TUNNEL itself. */
struct weos4_match {
	int count; /* settings that it fits, 1 if it is one, is another spelling of one, or
		      abbreviates one */
	enum weos4_setting first;
};

struct weos4_match weos4_match(struct slice word, bool in_tunnel);
/* The setting that has its value in the field of SETTING, or -1. */
int weos4_of(enum setting setting);
/* What WeOS 5 has in place of WORD, which only WeOS 4 has, or NULL if it is no such word. */
const char *weos4_instead(struct slice word);
/* The setting of WeOS 4 that a misspelt WORD is nearest to, or NULL. */
const char *weos4_nearest(struct slice word);

/* The algorithm of WeOS 4 that WORD is in SLOT, or NULL; the list as that of algorithm_list(). */
const struct algorithm *weos4_algorithm(enum suite_slot slot, struct slice word);
void weos4_algorithm_list(enum suite_slot slot, char *buffer, size_t size);
/* The nearest that WeOS 5 has to ALGORITHM, or NULL if it has that itself. */
const char *weos4_algorithm_instead(const struct algorithm *algorithm);
/* What is wrong with ALGORITHM, or NULL. */
const char *weos4_algorithm_flaw(const struct algorithm *algorithm);

/* The suite that automatic `ike' stands for in aggressive mode: AES128-SHA1-DH1024. */
const struct algorithm *weos4_aggressive(enum suite_slot slot);

#endif

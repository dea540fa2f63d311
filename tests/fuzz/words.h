/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FUZZ_WORDS_H
#define WEIPSEC_FUZZ_WORDS_H

#include "compiler/base/text.h"
#include "compiler/tables/setting.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Words and lines of the language, by its tables: right ones, and those that are next to right. */

/* What lines have for a secret now and then. */
#define WORDS_SECRET "Qm9sbGRpY2stMTg0"

/* Where chance stands; never 0. */
struct chance {
	uint64_t state;
};

/* A number below COUNT, which is not 0. */
uint32_t chance_below(struct chance *chance, uint32_t count);

/* A piece of text in the making: what does not fit is left out. */
struct piece {
	char bytes[240];
	size_t length;
};

/* Any word of the language. */
void words_word(struct chance *chance, struct piece *to);
/* A value of SETTING, or something like it. */
void words_value(struct chance *chance, enum setting setting, struct piece *to);
/* A line: a setting, a context, an end, a comment. */
void words_line(struct chance *chance, struct piece *to);
/* Setting NUMBER of a tunnel that is whole, one of few; false behind the last. */
bool words_whole(struct chance *chance, unsigned number, struct piece *to);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SPELLING_H
#define WEIPSEC_SPELLING_H

#include "compiler/base/text.h"

/* How the bytes of a secret can be written in other letters, from which anybody has them again. */
enum spelling { SPELLING_HEX, SPELLING_BASE64, SPELLING_BASE64URL, SPELLING_COUNT };

/* No more letters of a spelling are made than these: the rest is in the same word. */
#define SPELLING_MOST 64
/* What spelling_write() needs for them. */
#define SPELLING_ROOM (SPELLING_MOST + 1)
/* Fewer bytes are spelled by chance. */
#define SPELLING_LEAST 3

/*
 * BYTES in letters that nothing behind them can change, into TO, of SPELLING_ROOM bytes;
 * returns how many these are: 0 if there is no such spelling, or if it is that of another row, too.
 */
size_t spelling_write(enum spelling spelling, struct slice bytes, char *to);

#endif

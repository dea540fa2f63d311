/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SPELLING_H
#define WEIPSEC_SPELLING_H

#include "compiler/base/text.h"

/*
 * How the bytes of a secret can be written in letters that are searched for as they are: somebody
 * may have made small ones of them, which is not read back.
 */
enum spelling { SPELLING_BASE64, SPELLING_BASE64URL, SPELLING_COUNT };

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

/* ---- the other way round ---- */

/* Letters in which bytes are written: base64 of either alphabet, hex with or without marks. */
enum letters { LETTERS_BASE64, LETTERS_HEX, LETTERS_COUNT };

/* So many of them are read at a time; any SPELLED_SECRET bytes are together in one of those times.
 */
#define SPELLED_LETTERS 4096
#define SPELLED_SECRET 64
/* They are so many bytes at most. */
#define SPELLED_BYTES (SPELLED_LETTERS * 3 / 4)

/* What letters come to; to be wiped, since that may be a secret. */
struct spelled {
	char bytes[SPELLED_BYTES];
	uint16_t at[SPELLED_BYTES]; /* the number of the letter that each begins with */
	size_t count;
};

/*
 * The next letters in TEXT, from *AT on, that may be those of LEAST bytes, which are not none; *AT
 * is where to go on.  Empty: there are none.
 */
struct slice spelling_next(enum letters letters, struct slice text, size_t least, size_t *at);
/* Nobody knows at which letter the first byte begins: at one of so many. */
unsigned spelling_phases(enum letters letters);
/* What WRITTEN, which spelling_next() found, comes to if that is letter PHASE. */
void spelling_read(enum letters letters, struct slice written, unsigned phase, struct spelled *to);
/* The letters of WRITTEN that LENGTH bytes of it, more than none, are made of, from byte AT on. */
struct slice spelling_letters(const struct spelled *spelled, struct slice written, size_t at,
			      size_t length);

#endif

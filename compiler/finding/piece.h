/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PIECE_H
#define WEIPSEC_PIECE_H

#include "compiler/base/text.h"

#include <stdbool.h>

/*
 * What a line is made of for those who decide what of it may be shown.  A word, between blanks, has
 * pieces, between marks (`=', `:', quotes) and gaps: blanks of any alphabet, what shows nothing,
 * bytes that are no characters, and what moves a terminal.
 */
enum piece {
	PIECE_UNKNOWN,
	PIECE_NEAR,  /* nearly a word of the language, or short for one */
	PIECE_KNOWN, /* a word of the language, a number, an address, a subnet */
	/* `secret', or nearly, or short for it, or what others call it: one may follow */
	PIECE_SECRET
};

/*
 * How many bytes of gap REST begins with: those of one character or one sequence; 0 if it begins
 * with none.
 */
size_t piece_gap(struct slice rest);
/* The same for a gap or a mark. */
size_t piece_separator(struct slice rest);
/* How many bytes the piece has that REST begins with. */
size_t piece_length(struct slice rest);
/*
 * How many bytes a value has that REST begins with, up to a gap or to a comment that is glued to
 * it.
 */
size_t piece_value_length(struct slice rest);
/* How many bytes of a blank beyond ASCII REST begins with, or 0. */
size_t piece_blank(struct slice rest);
/*
 * May WORD be harmless if each of its pieces is?  One that joins numbers, more than two words of
 * the language or many different marks is like a pass phrase; algorithms are joined to lists.
 */
bool piece_is_plain(struct slice word);
/* What PIECE is. */
enum piece piece_kind(struct slice piece);
/* How much of PIECE, a PIECE_SECRET, is like `secret': what is behind it may be one. */
size_t piece_secret_length(struct slice piece);
/*
 * Behind which byte of WORD, part of a value, a secret may begin: behind a piece that is `secret',
 * its first three letters or nearly it, also with characters that look like its letters, or behind
 * `psk', `key' and what else it is called; or behind a shorter beginning of `secret' alone between
 * blanks.  0: nowhere.
 */
size_t piece_find_secret(struct slice word);

#endif

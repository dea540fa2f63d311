/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TERMS_H
#define WEIPSEC_TERMS_H

#include "compiler/model/model.h"
#include "compiler/report/show.h"

/* The words of a language, of WeOS 5 or 4, for who looks them up one by one. */

/* A setting of a language. */
struct term {
	const struct setting_info *info; /* NULL: there is none */
	struct show_row row;
};

/* How many settings `ipsec ID' has in DIALECT, or IN_TUNNEL `tunnel' itself, and the one at I. */
int term_count(enum dialect dialect, bool in_tunnel);
struct term term_at(enum dialect dialect, bool in_tunnel, int i);
/* The setting that WORD is, or abbreviates alone. */
struct term term_find(enum dialect dialect, bool in_tunnel, struct slice word);
/* The words that TERM, a choice, takes. */
const struct choices *term_choices(const struct term *term);

/* The place of a suite that WORD names, or SUITE_SLOTS. */
enum suite_slot term_slot(enum dialect dialect, struct slice word);
/* The word that names SLOT; NULL if DIALECT has no such place. */
const char *term_slot_word(enum dialect dialect, enum suite_slot slot);
/* The algorithm that WORD is in SLOT, or NULL. */
const struct algorithm *term_algorithm(enum dialect dialect, enum suite_slot slot,
				       struct slice word);
/* The words that fit SLOT, as "a, b or c" into BUFFER of SIZE bytes. */
void term_algorithms(enum dialect dialect, enum suite_slot slot, char *buffer, size_t size);

#endif

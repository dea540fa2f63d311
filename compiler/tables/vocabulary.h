/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_VOCABULARY_H
#define WEIPSEC_VOCABULARY_H

#include "compiler/base/text.h"

/*
 * The words of all tables, whatever they mean: what may be shown of a line that nobody understood.
 */

/*
 * 1 if WORD is one of them, whatever its case, or an interface or instance with its number behind
 * it.
 */
int vocabulary_has(struct slice word);
/*
 * 1 if WORD abbreviates a word of `ipsec ID', or is a misspelling of one, of an algorithm, or of a
 * rule's name.
 */
int vocabulary_is_near(struct slice word);
/*
 * 1 if WORD is an algorithm, of WeOS or another, or several as others write a suite, its cipher
 * first.
 */
int vocabulary_has_algorithm(struct slice word);

#endif

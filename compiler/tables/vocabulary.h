/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_VOCABULARY_H
#define WEIPSEC_VOCABULARY_H

#include "compiler/base/text.h"

/* The words of all tables, whatever they mean: what may be shown of a line that nobody understood. */

/* 1 if WORD is one of them, whatever its case, or one with up to four digits behind it. */
int vocabulary_has(struct slice word);
/* 1 if WORD abbreviates a word of `ipsec ID', or is a misspelling of one or of an algorithm. */
int vocabulary_is_near(struct slice word);

#endif

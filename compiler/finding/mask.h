/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MASK_H
#define WEIPSEC_MASK_H

#include "compiler/base/text.h"

/*
 * Where in LINE, a line of TEXT, a secret may begin: behind `secret', behind an abbreviation of it, or
 * behind a word that is nearly it; at once where the line before has such a word and this one begins
 * with none that is known.  Every word from there on is shown as `****'.  LINE's length if there is
 * none.
 */
size_t mask_from(const struct text *text, struct slice line);

#endif

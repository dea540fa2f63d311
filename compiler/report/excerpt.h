/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_EXCERPT_H
#define WEIPSEC_EXCERPT_H

#include "compiler/base/text.h"
#include "compiler/finding/mask.h"

#include <stdio.h>

/*
 * Writes the line on which AT begins with a caret under it, secrets masked and nothing in it that a
 * terminal would obey; of a long line what stands around the caret.  COLOUR, a terminal's sequence,
 * is for the caret; NULL is none.  KEPT is TEXT's (mask_keep()).  An empty line has no excerpt.
 */
void excerpt_print(FILE *out, struct text *text, struct span at, const char *colour,
		   struct mask_kept *kept);

/* The width of the column of line numbers in an excerpt of LINE. */
int excerpt_gutter(uint32_t line);

#endif

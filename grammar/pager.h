/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PAGER_H
#define WEIPSEC_PAGER_H

#include "compiler/base/text.h"

/*
 * What a pager leaves in a capture before the lines that it showed: `--More--', `(45% of 28118
 * bytes)', its banner, and the sequences by which a terminal wipes them.  Internal to grammar/.
 */

/*
 * Behind what a pager left at FROM, the start of a line: never behind the line's end; FROM if it
 * left nothing.
 */
uint32_t pager_skip(const struct text *text, uint32_t from);
/*
 * The length of the sequence AT it that wipes the rest of a line (ESC[K), 0 if there is none: where
 * one stands among words it is as good as a blank.  Colours and what moves the cursor are not: they
 * may hide something.
 */
uint32_t pager_wipe_length(const char *at);

#endif

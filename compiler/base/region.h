/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_REGION_H
#define WEIPSEC_REGION_H

#include "compiler/base/text.h"

/*
 * A span as programs of others count it: columns are characters (Unicode code points) and not
 * bytes, from 1, the end exclusive.  A byte that is no UTF-8 is a character, a byte order mark is
 * none. Columns past TEXT_LINE_MAX are not counted, but 0.
 */
struct region {
	struct place from, to;
};

struct region region_of(struct text *text, struct span at);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DIFF_H
#define WEIPSEC_DIFF_H

#include "compiler/base/text.h"

#include <stdio.h>

/*
 * Writes the patch from BEFORE to AFTER as `git apply' and `patch -p1' take it; nothing where they
 * are equal.  NAME is relative.  0, or ENOMEM.
 */
int diff_write(FILE *out, const char *name, struct text *before, struct text *after);

#endif

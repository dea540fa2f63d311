/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PATCH_H
#define WEIPSEC_PATCH_H

#include "compiler/base/text.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * A patch that `git apply' and `patch -p1' take: each file stands in it once, as it is called from
 * the current folder, behind symbolic links.
 */
struct patch {
	void *names; /* of those that are in it (tsearch(3)) */
};

/*
 * Writes to TO what makes AFTER of BEFORE, the file PATH; nothing if that is in it already, under
 * any name.  IS_STANDARD: standard input that is called PATH, which need not be there.  NULL, or
 * why it is not written.
 */
const char *patch_write(struct patch *patch, FILE *to, const char *path, bool is_standard,
			struct text *before, struct text *after);
void patch_free(struct patch *patch);

#endif

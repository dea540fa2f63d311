/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COMPILATION_H
#define WEIPSEC_COMPILATION_H

#include "compiler/finding.h"
#include "compiler/model.h"

/* One text on its way from bytes to findings and model; everything in it is freed at once. */
struct compilation {
	struct arena *arena;
	struct arena *secrets; /* wiped */
	struct text *text;
	struct findings findings;
	struct model *model;
};

/*
 * Reads, lowers and checks TEXT, and owns it from now on, also on failure.  DIALECT is an enum
 * dialect, or -1 to look at the header.  NULL without memory.
 */
struct compilation *compilation_new(struct text *text, int dialect);
void compilation_free(struct compilation *compilation);

#endif

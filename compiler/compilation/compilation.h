/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COMPILATION_H
#define WEIPSEC_COMPILATION_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "compiler/rules/surroundings.h"

/* One text on its way from bytes to findings and model; everything in it is freed at once. */
struct compilation {
	struct arena *arena;
	struct arena *secrets; /* wiped */
	struct text *text;
	struct findings findings;
	struct model *model;
};

/*
 * Reads, lowers and checks TEXT in its SURROUNDINGS, and owns it from now on, also on failure.
 * NULL without memory.
 */
struct compilation *compilation_new(struct text *text, const struct surroundings *surroundings);
void compilation_free(struct compilation *compilation);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FIX_H
#define WEIPSEC_FIX_H

#include "compiler/compilation/compilation.h"
#include "compiler/report/report.h"

/*
 * Applies the edits of the findings of ORIGINAL, compiled in SURROUNDINGS, that are reported by
 * POLICY, whose baseline has it as NAME, until there are none.  What would bring findings that
 * ORIGINAL has not is left out.  Lines stay lines.  The fixed text, compiled; NULL if nothing is
 * fixed, or without memory, which sets *ERROR to ENOMEM.
 */
struct compilation *fix_run(struct compilation *original, const struct surroundings *surroundings,
			    const struct report_policy *policy, const char *name, int *error);

/*
 * Replaces the file PATH, which was read as BEFORE, by AFTER, with its mode and owner, behind
 * symbolic links, completely or not at all.  NULL, or why it was left as it is.
 */
const char *fix_save(const char *path, const struct text *before, const struct text *after);

#endif

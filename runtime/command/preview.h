/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PREVIEW_H
#define WEIPSEC_PREVIEW_H

#include "compiler/model/model.h"
#include "runtime/charon/plan.h"

#include <stdio.h>

/*
 * Writes to OUT what PLAN does, as `weipsec diff' says it of FROM, what was applied last (NULL: not
 * known), and TO; beside it what charon alone tells: that it has lost something, or has what nobody
 * knows of.  False without memory.
 */
bool preview_print(FILE *out, const struct plan *plan, const struct model *from,
		   const struct model *to);

#endif

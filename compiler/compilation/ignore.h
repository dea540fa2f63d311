/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_IGNORE_H
#define WEIPSEC_IGNORE_H

#include "compiler/finding/finding.h"
#include "compiler/rules/surroundings.h"

/*
 * Comments that silence findings: `# weipsec: ignore WI406 -- reason' for its line, or alone on the
 * line before; `# weipsec: ignore-file WI701 -- reason' for the whole file; and
 * `# weipsec: profile weos4 -- reason', by what policy its instance is to be judged.
 */

/*
 * Finds the comments of the text of FINDINGS, before anything else is found there, so that each
 * finding meets them when it is added.  WI116 for those that cannot be read.
 */
void ignore_collect(struct findings *findings);
/*
 * At the very end: WI116 for what silenced nothing, but not for a rule that SURROUNDINGS are too
 * little for: with `--profile' it may be needed.
 */
void ignore_report_unused(struct findings *findings, const struct surroundings *surroundings);

#endif

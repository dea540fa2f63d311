/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SUPPRESS_H
#define WEIPSEC_SUPPRESS_H

#include "compiler/finding/finding.h"
#include "compiler/rules/surroundings.h"

#include <stdbool.h>

/*
 * Comments that silence findings: `# weipsec: ignore WI406 -- reason' for its line, or alone on the
 * line before; `# weipsec: ignore-file WI701 -- reason' for the whole file.
 */

/* One rule that a comment names. */
struct suppression {
	struct suppression *next;
	enum rule rule;
	struct span at; /* its word */
	struct span reason;
	bool used;
};

/*
 * Finds the comments of the text of FINDINGS, before anything else is found there, so that each
 * finding meets them when it is added.  WI116 for those that cannot be read.
 */
void suppress_collect(struct findings *findings);
/* The comment that silences a finding of RULE with SEVERITY that begins AT, or NULL; it is used. */
const struct suppression *suppress_find(const struct suppress *suppress, enum rule rule,
					enum severity severity, uint32_t at);
/*
 * At the very end: WI116 for what silenced nothing, but not for a rule that SURROUNDINGS are too little
 * for: with `--profile' it may be needed.
 */
void suppress_report_unused(struct findings *findings, const struct surroundings *surroundings);

#endif

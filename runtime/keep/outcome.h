/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OUTCOME_H
#define WEIPSEC_OUTCOME_H

#include "runtime/charon/apply.h"

#include <jansson.h>

/*
 * What became of an apply, as the answer through the control socket, and as what whoever applied
 * himself says:
 *
 *	{ "result": "done|undone|broken", "tunnel": 1, "why": "...",
 *	  "plan": [ { "id": 1, "change": "added" } ] }
 */

/* NULL without memory. */
json_t *outcome_json(const struct apply_outcome *outcome, const struct plan *plan);
/* An answer without a plan, of RESULT for the reason WHY. */
json_t *outcome_refusal(enum apply_result result, const char *why);
/* What is in ANSWER; one that is nothing of the sort is APPLY_BROKEN. */
struct apply_outcome outcome_read(const json_t *answer);

#endif

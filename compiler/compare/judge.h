/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_JUDGE_H
#define WEIPSEC_JUDGE_H

#include "compiler/compare/pair.h"
#include "compiler/finding/finding.h"
#include "compiler/report/show.h"

/*
 * What is wrong with a pair, WI10xx: each rule looks at both ends, whatever the exchanges came to
 * first, so that all is said at once.  A finding stands in one file and has its second place in the
 * other.
 */
struct judge {
	const struct pairs *pairs;
	const struct pair *pair;	  /* the one that is judged */
	struct findings *findings[SIDES]; /* where they go */
	enum rule rule;			  /* the one that runs */
};

/* Judges all pairs of JUDGE. */
void judge_run(struct judge *judge);

/* ---- for the rules ---- */

#define PAIR(number) void pair_WI##number(struct judge *judge);
#include "rule_numbers.h"

static inline enum side other_side(enum side side)
{
	return side == SIDE_A ? SIDE_B : SIDE_A;
}

static inline const struct tunnel *judge_tunnel(const struct judge *judge, enum side side)
{
	return judge->pair->tunnel[side];
}

/* SETTING of the tunnel on SIDE as WeOS shows it, into VALUE. */
void judge_value(const struct judge *judge, enum side side, enum setting setting,
		 struct show *value);
/* Where SETTING of TUNNEL stands, or its first line where it does not, or of WHOLE_TUNNEL. */
struct span judge_place(const struct tunnel *tunnel, int setting);
/* The sentence that `status' has for REASON. */
const char *judge_sentence(enum reason reason);

#define WHOLE_TUNNEL (-1)

/* The running rule at SETTING (or WHOLE_TUNNEL) on SIDE, with SEVERITY. */
struct finding *judge_report(struct judge *judge, enum side side, int setting,
			     enum severity severity, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Its second place, on the side that the first is not on, which is SIDE here. */
void judge_relate(struct judge *judge, struct finding *finding, enum side side, int setting,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));
/* What to type: FINDING is on the side that SIDE is not. */
void judge_help(struct judge *judge, struct finding *finding, enum side side, const char *format,
		...) __attribute__((format(printf, 4, 5)));

/*
 * Reports that SETTING differs, as REASON says it: both values in the message, at A and with B as
 * the second place.  MORE stands behind that, or is empty.
 */
struct finding *judge_differs(struct judge *judge, enum setting setting, enum reason reason,
			      const char *more);

#endif

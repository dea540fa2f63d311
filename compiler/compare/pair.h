/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PAIR_H
#define WEIPSEC_PAIR_H

#include "compiler/compare/exchange.h"

#include <jansson.h>
#include <stdio.h>

/* Two gateways against each other: each tunnel with its counterpart, and what becomes of it. */

enum side { SIDE_A, SIDE_B, SIDES };

enum starts { STARTS_A, STARTS_B, STARTS_BOTH, STARTS_TRAFFIC, STARTS_NOBODY };

/* One tunnel and its counterpart; either is NULL where there is none. */
struct pair {
	const struct tunnel *tunnel[SIDES];
	bool is_invalid[SIDES]; /* that end has an error of `check' */
	enum outcome outcome;
	enum refusal refusal;
	enum cause cause;
	enum starts starts;
	struct exchange from[SIDES];
	enum side deciding; /* whose exchange the outcome is of */
};

struct pairs {
	struct gateway gateway[SIDES];
	const char *path[SIDES];
	struct pair *list;
	size_t count;
};

/* True if TUNNEL of the text on SIDE has an error. */
typedef bool pair_invalid(const void *context, enum side side, const struct tunnel *tunnel);

/* Which tunnels are compared: IDs, or PAIR_ANY for all. */
#define PAIR_ANY (-1)
struct pair_choice {
	int32_t id[SIDES];
};

/*
 * Finds and judges the pairs of the two gateways of PAIRS, which are set.  With both IDs of CHOICE
 * these two are taken for counterparts, whatever they say.  False without memory.
 */
bool pairs_judge(struct pairs *pairs, const struct pair_choice *choice, pair_invalid *is_invalid,
		 const void *context);
/* Judges PAIR, whose tunnels are set, in the gateways of PAIRS. */
void pair_judge(const struct pairs *pairs, struct pair *pair);
/* All outcomes, from the worst to the best, as a network is told of. */
#define OUTCOMES (OUTCOME_INVALID + 1)
extern const enum outcome outcome_order[OUTCOMES];
/* Where OUTCOME stands there. */
unsigned outcome_rank(enum outcome outcome);
/* True if it is one that has failed. */
bool outcome_has_failed(enum outcome outcome);
/* True if the outcome of any of them is one that has failed. */
bool pairs_fail(const struct pairs *pairs);

/* The account of all, a few lines each. */
void pairs_print(const struct pairs *pairs, bool colour, FILE *out);
/* What becomes of it, and what the end that decides does, in the words of the account. */
const char *pair_verdict_words(const struct pair *pair);
const char *pair_starts_words(const struct pair *pair);

/* An exchange, and what was agreed in it or why not. */
struct pair_step {
	const char *name;
	char words[AGREEMENT_MAX + 128];
	bool is_refused;
};

#define PAIR_STEPS 5
/*
 * The exchanges of PAIR when STARTER, which can, starts it, into LIST: up to the one that ends it,
 * or the first rekeying, and what a rival makes of it.  How many there are.
 */
size_t pair_steps(const struct pair *pair, enum side starter, struct pair_step list[PAIR_STEPS]);
/* One as an object; NULL without memory. */
json_t *pair_json(const struct pair *pair);

/* Words for JSON, NULL for nothing. */
const char *outcome_name(enum outcome outcome);
/* What a terminal shows it in. */
const char *outcome_colour(enum outcome outcome);
const char *refusal_name(enum refusal refusal);
const char *shown_name(enum shown_state state);

#endif

/* SPDX-License-Identifier: ISC */
/* The rules on pairs, as the catalogue lists them, over all pairs of two gateways. */
#include "compiler/compare/judge.h"

struct pair_rule {
	enum rule rule;
	void (*run)(struct judge *judge);
};

static const struct pair_rule rules[] = {
#define PAIR(number) {WI##number, pair_WI##number},
#include "rule_numbers.h"
};

static void judge_pair(struct judge *judge)
{
	const struct pair *pair = judge->pair;
	bool is_whole = pair->tunnel[SIDE_A] && pair->tunnel[SIDE_B];

	if (pair->outcome == OUTCOME_DISABLED || pair->outcome == OUTCOME_INVALID)
		return;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		judge->rule = rules[i].rule;
		if (is_whole == (rules[i].rule != WI1001))
			rules[i].run(judge);
	}
}

void judge_run(struct judge *judge)
{
	for (size_t i = 0; i < judge->pairs->count; i++) {
		judge->pair = &judge->pairs->list[i];
		judge_pair(judge);
	}
	for (int side = 0; side < SIDES; side++)
		judge->findings[side]->tunnel = -1;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/fleet.h"

#include "compiler/fleet/many.h"

#include <stdlib.h>

/* The rules on many gateways, as the catalogue lists them. */
static const struct {
	enum rule rule;
	void (*run)(struct many *many);
} rules[] = {
#define FLEET(number) {WI##number, fleet_WI##number},
#include "rule_numbers.h"
};

static bool judge_many(struct network *network)
{
	struct many many = {.network = network};
	bool is_well = many_begin(&many, 2 * network->link_count + network->end_count);

	for (size_t i = 0; is_well && i < sizeof(rules) / sizeof(rules[0]); i++) {
		many.count = 0;
		many.rule = rules[i].rule;
		rules[i].run(&many);
	}
	free(many.entries);
	return is_well;
}

bool fleet_judge(struct network *network)
{
	return network_judge(network) && judge_many(network) && !arena_failed(network->arena);
}

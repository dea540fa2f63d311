/* SPDX-License-Identifier: ISC */
/* The rules on meaning, as the catalogue lists them, over a model. */
#include "compiler/rules/check.h"

struct tunnel_rule {
	enum rule rule;
	void (*run)(struct check *check, const struct tunnel *tunnel);
};

struct model_rule {
	enum rule rule;
	void (*run)(struct check *check);
};

static const struct tunnel_rule tunnel_rules[] = {
#define TUNNEL(number) {WI##number, rule_WI##number},
#include "rule_numbers.h"
};

static const struct model_rule model_rules[] = {
#define MODEL(number) {WI##number, rule_WI##number},
#include "rule_numbers.h"
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t unreadable_settings(const struct tunnel *tunnel)
{
	uint32_t bits = 0;

	for (uint64_t left = states_bad(tunnel->states); left; left &= left - 1)
		bits |= SETTING_BIT(__builtin_ctzll(left) / 2);
	return bits;
}

static void check_tunnel(struct check *check, const struct tunnel *tunnel)
{
	uint32_t bad = unreadable_settings(tunnel);

	for (size_t i = 0; i < ARRAY_SIZE(tunnel_rules); i++) {
		const struct rule_info *info = &rule_table[tunnel_rules[i].rule];

		/* where the number is unreadable nothing is said of what is missing */
		if ((info->needs & bad) || (info->dormant && tunnel->id < 0) ||
		    (info->weos5 && tunnel->weos4))
			continue;
		check->rule = tunnel_rules[i].rule;
		tunnel_rules[i].run(check, tunnel);
	}
}

/* False if the rule that ran had not enough memory of its own. */
static bool empty_scratch(struct check *check)
{
	bool failed = arena_failed(check->scratch);

	arena_reset(check->scratch);
	return !failed;
}

static bool check_model(struct check *check)
{
	bool done = true;

	for (size_t i = 0; i < check->model->count; i++)
		check_tunnel(check, check->model->tunnels[i]);
	for (size_t i = 0; i < ARRAY_SIZE(model_rules); i++) {
		if (rule_table[model_rules[i].rule].weos5 && check->model->dialect == DIALECT_WEOS4)
			continue;
		check->rule = model_rules[i].rule;
		model_rules[i].run(check);
		done = empty_scratch(check) && done;
	}
	return done;
}

bool check_run(const struct model *model, const struct surroundings *surroundings,
	       struct findings *findings)
{
	struct check check = {.model = model,
			      .surroundings = surroundings,
			      .findings = findings,
			      .scratch = arena_new_beside(findings->arena)};
	bool done = check.scratch && check_model(&check);

	arena_free(check.scratch);
	return done && !arena_failed(findings->arena);
}

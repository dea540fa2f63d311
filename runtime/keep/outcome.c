/* SPDX-License-Identifier: ISC */
#include "runtime/keep/outcome.h"

#include "compiler/base/json.h"

#include <stdio.h>
#include <string.h>

static const char *const words[] = {
    [APPLY_DONE] = "done", [APPLY_UNDONE] = "undone", [APPLY_BROKEN] = "broken"};

json_t *outcome_json(const struct apply_outcome *outcome, const struct plan *plan)
{
	json_t *object = json_object();

	json_put_string(&object, "result", words[outcome->result]);
	json_put(&object, "tunnel", json_integer(outcome->id));
	json_put_string(&object, "why", outcome->why);
	json_put(&object, "plan", plan ? plan_json(plan) : json_array());
	return object;
}

json_t *outcome_refusal(enum apply_result result, const char *why)
{
	struct apply_outcome outcome = {.result = result, .id = -1};

	snprintf(outcome.why, sizeof(outcome.why), "%s", why);
	return outcome_json(&outcome, NULL);
}

struct apply_outcome outcome_read(const json_t *answer)
{
	struct apply_outcome outcome = {.result = APPLY_BROKEN, .id = -1};
	const char *result = json_string_value(json_object_get(answer, "result"));
	const char *why = json_string_value(json_object_get(answer, "why"));
	const json_t *tunnel = json_object_get(answer, "tunnel");

	for (size_t i = 0; result && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(result, words[i]) == 0)
			outcome.result = (enum apply_result)i;
	}
	if (json_is_integer(tunnel))
		outcome.id = (int)json_integer_value(tunnel);
	snprintf(outcome.why, sizeof(outcome.why), "%s",
		 why	  ? why
		 : result ? ""
			  : "the supervisor's answer cannot be read");
	return outcome;
}

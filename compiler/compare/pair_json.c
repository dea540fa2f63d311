/* SPDX-License-Identifier: ISC */
#include "compiler/base/json.h"
#include "compiler/compare/outage.h"
#include "compiler/compare/pair.h"

#include <stdio.h>

/* The account of a pair for programs: docs/pair.md has its members. */

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
	    [OUTCOME_UP] = "up",
	    [OUTCOME_ON_TRAFFIC] = "on-traffic",
	    [OUTCOME_LOST_AT_REKEY] = "lost-at-rekey",
	    [OUTCOME_UNKNOWN] = "unknown",
	    [OUTCOME_NO_CHILD] = "no-child",
	    [OUTCOME_NO_IKE] = "no-ike",
	    [OUTCOME_UNMATCHED] = "unmatched",
	    [OUTCOME_DISABLED] = "disabled",
	    [OUTCOME_INVALID] = "invalid",
	};

	return names[outcome];
}

const char *refusal_name(enum refusal refusal)
{
	static const char *const names[] = {
	    [REFUSAL_NONE] = NULL,
	    [REFUSAL_NO_PROPOSAL_CHOSEN] = "NO_PROPOSAL_CHOSEN",
	    [REFUSAL_AUTHENTICATION_FAILED] = "AUTHENTICATION_FAILED",
	    [REFUSAL_REFUSED_BY_STARTER] = "REFUSED_BY_STARTER",
	    [REFUSAL_UNDECRYPTABLE] = "UNDECRYPTABLE",
	    [REFUSAL_TS_UNACCEPTABLE] = "TS_UNACCEPTABLE",
	    [REFUSAL_INVALID_ID_INFORMATION] = "INVALID_ID_INFORMATION",
	    [REFUSAL_NO_ANSWER] = "NO_ANSWER",
	};

	return names[refusal];
}

const char *shown_name(enum shown_state state)
{
	static const char *const names[] = {
	    [SHOWN_NOTHING] = NULL,
	    [SHOWN_UP] = "Up(Installed)",
	    [SHOWN_IKE] = "Down(IKE Established)",
	    [SHOWN_CONNECTING] = "Down(Connecting)",
	    [SHOWN_UNKNOWN] = "Down(Unknown)",
	};

	return names[state];
}

static void put_word(json_t **json, const char *key, const char *word)
{
	if (word)
		json_put_string(json, key, word);
	else
		json_put(json, key, json_null());
}

static void put_id(json_t **json, const char *key, const struct tunnel *tunnel)
{
	if (tunnel && tunnel->id >= 0)
		json_put_integer(json, key, (size_t)tunnel->id);
	else
		json_put(json, key, json_null());
}

static json_t *from_json(const struct exchange *from)
{
	json_t *json;

	if (!from->possible)
		return json_null();
	json = json_object();
	put_word(&json, "outcome", outcome_name(from->outcome));
	put_word(&json, "reason", refusal_name(from->refusal));
	return json;
}

static void put_missing(json_t **json, const struct pair *pair)
{
	static const char *const things[] = {"certificate", "secret", "address", "revocation list",
					     "choice of certificate"};
	unsigned bits = pair->from[pair->deciding].missing;
	json_t *list = json_array();

	for (unsigned bit = 0; bit < 2 * sizeof(things) / sizeof(things[0]); bit++) {
		bool of_starter = bit % 2 == 0;
		char word[32];

		if (!(bits & 1U << bit))
			continue;
		snprintf(word, sizeof(word), "%s of %s", things[bit / 2],
			 of_starter == (pair->deciding == SIDE_A) ? "a" : "b");
		json_append(&list, json_string(word));
	}
	json_put(json, "missing", list);
}

static void put_states(json_t **json, const struct pair *pair)
{
	const struct exchange *from = &pair->from[pair->deciding];
	bool is_a = pair->deciding == SIDE_A;

	put_word(json, "status_a", shown_name(is_a ? from->starter : from->answerer));
	put_word(json, "status_b", shown_name(is_a ? from->answerer : from->starter));
	put_word(json, "later_a", shown_name(is_a ? from->starter_later : from->answerer_later));
	put_word(json, "later_b", shown_name(is_a ? from->answerer_later : from->starter_later));
}

/* Of a tunnel that is up: when an end that looks knows that the other is gone. */
static void put_notices(json_t **json, const struct pair *pair)
{
	static const char *const keys[SIDES] = {"notices_a", "notices_b"};
	bool is_up = pair->from[pair->deciding].starter == SHOWN_UP;

	for (int side = 0; side < SIDES; side++) {
		unsigned seconds = is_up ? outage_seconds(pair->tunnel[side]) : 0;

		if (seconds)
			json_put_integer(json, keys[side], seconds);
		else
			json_put(json, keys[side], json_null());
	}
}

static void put_suite(json_t **json, const char *key, bool has, const struct agreement *suite,
		      enum proposal_use use)
{
	char words[AGREEMENT_MAX];

	if (has)
		agreement_write(suite, use, words, sizeof(words));
	put_word(json, key, has ? words : NULL);
}

static void put_subnet(json_t **json, const char *key, struct subnet subnet)
{
	char words[32];

	snprintf(words, sizeof(words), IP_FORMAT "/%u", IP_BYTES(subnet.address), subnet.length);
	json_put_string(json, key, words);
}

static json_t *selectors_json(const struct pair *pair)
{
	const struct exchange *from = &pair->from[pair->deciding];
	bool is_a = pair->deciding == SIDE_A;
	json_t *json;

	if (!from->has_esp)
		return json_null();
	json = json_object();
	put_subnet(&json, "a", is_a ? from->selected.starter : from->selected.answerer);
	put_subnet(&json, "b", is_a ? from->selected.answerer : from->selected.starter);
	json_put(&json, "narrowed", json_boolean(from->narrowed));
	return json;
}

json_t *pair_json(const struct pair *pair)
{
	static const char *const starts[] = {"a", "b", "both", "traffic", "nobody"};
	const struct exchange *from = &pair->from[pair->deciding];
	json_t *json = json_object();
	bool is_up = from->outcome == OUTCOME_UP && from->has_esp;

	put_id(&json, "a", pair->tunnel[SIDE_A]);
	put_id(&json, "b", pair->tunnel[SIDE_B]);
	put_word(&json, "outcome", outcome_name(pair->outcome));
	put_word(&json, "reason", refusal_name(pair->refusal));
	if (pair->outcome == OUTCOME_UNKNOWN)
		put_missing(&json, pair);
	put_word(&json, "starts", starts[pair->starts]);
	json_put(&json, "from_a", from_json(&pair->from[SIDE_A]));
	json_put(&json, "from_b", from_json(&pair->from[SIDE_B]));
	put_states(&json, pair);
	put_notices(&json, pair);
	put_suite(&json, "ike", from->has_ike, &from->ike, PROPOSAL_IKE);
	put_suite(&json, "esp", from->has_esp, &from->esp, PROPOSAL_ESP);
	put_suite(&json, "esp_after_rekey", is_up && from->rekeys[REKEYER_STARTER],
		  &from->rekeyed[REKEYER_STARTER], PROPOSAL_ESP);
	json_put(&json, "selectors", selectors_json(pair));
	return json;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/compare/pair.h"

#include "compiler/base/arena.h"
#include "compiler/compare/counterpart.h"
#include "compiler/compare/outage.h"

/* ---- one pair ---- */

static enum starts who_starts(const struct pair *pair)
{
	const struct tunnel *a = pair->tunnel[SIDE_A], *b = pair->tunnel[SIDE_B];

	if (a->initiator && b->initiator)
		return STARTS_BOTH;
	if (a->initiator || b->initiator)
		return a->initiator ? STARTS_A : STARTS_B;
	return a->peer.set || b->peer.set ? STARTS_TRAFFIC : STARTS_NOBODY;
}

/* The exchange that the outcome is of: with two that start the worse, with none the better. */
static enum side find_deciding(const struct pair *pair)
{
	const struct exchange *a = &pair->from[SIDE_A], *b = &pair->from[SIDE_B];

	if (pair->starts == STARTS_A || !b->possible)
		return SIDE_A;
	if (pair->starts == STARTS_B || !a->possible)
		return SIDE_B;
	if (pair->starts == STARTS_BOTH)
		return b->outcome > a->outcome ? SIDE_B : SIDE_A;
	return b->outcome < a->outcome ? SIDE_B : SIDE_A;
}

static void decide(struct pair *pair)
{
	const struct exchange *deciding;

	pair->starts = who_starts(pair);
	pair->deciding = find_deciding(pair);
	deciding = &pair->from[pair->deciding];
	if (!deciding->possible) {
		pair->outcome = OUTCOME_NO_IKE;
		pair->from[pair->deciding].starter = SHOWN_UNKNOWN;
		pair->from[pair->deciding].answerer = SHOWN_UNKNOWN;
		return;
	}
	pair->outcome = deciding->outcome;
	pair->refusal = deciding->refusal;
	pair->cause = deciding->cause;
	if (pair->starts == STARTS_TRAFFIC && pair->outcome == OUTCOME_UP)
		pair->outcome = OUTCOME_ON_TRAFFIC;
}

/* One that lets go of the tunnel, of which the other end is not told. */
static void find_rival(const struct end *starter, const struct end *answerer, struct exchange *from)
{
	if (from->outcome != OUTCOME_UP || !from->possible)
		return;
	from->rival = outage_rival(starter, answerer);
	if (!from->rival)
		return;
	from->starter_later = SHOWN_UP;
	from->answerer_later = SHOWN_UNKNOWN;
}

void pair_judge(const struct pairs *pairs, struct pair *pair)
{
	const struct tunnel *a = pair->tunnel[SIDE_A], *b = pair->tunnel[SIDE_B];
	struct end ends[SIDES];

	pair->starts = STARTS_NOBODY;
	if (!a || !b) {
		pair->outcome = (a ? a : b)->enabled ? OUTCOME_UNMATCHED : OUTCOME_DISABLED;
		return;
	}
	for (int side = 0; side < SIDES; side++)
		ends[side] = (struct end){&pairs->gateway[side], pair->tunnel[side]};
	if (!ends[SIDE_A].tunnel->enabled || !ends[SIDE_B].tunnel->enabled) {
		pair->outcome = OUTCOME_DISABLED;
	} else if (pair->is_invalid[SIDE_A] || pair->is_invalid[SIDE_B]) {
		pair->outcome = OUTCOME_INVALID;
	} else {
		exchange_predict(&ends[SIDE_A], &ends[SIDE_B], &pair->from[SIDE_A]);
		exchange_predict(&ends[SIDE_B], &ends[SIDE_A], &pair->from[SIDE_B]);
		for (int side = 0; side < SIDES; side++)
			find_rival(&ends[side], &ends[1 - side], &pair->from[side]);
		decide(pair);
	}
}

/* ---- all ---- */

struct judging {
	struct pairs *pairs;
	pair_invalid *is_invalid;
	const void *context;
};

static void add_pair(const struct judging *judging, const struct tunnel *a, const struct tunnel *b)
{
	struct pairs *pairs = judging->pairs;
	struct pair *pair = &pairs->list[pairs->count++];
	const struct tunnel *const tunnel[SIDES] = {a, b};

	for (int side = 0; side < SIDES; side++) {
		pair->tunnel[side] = tunnel[side];
		pair->is_invalid[side] =
		    tunnel[side] &&
		    judging->is_invalid(judging->context, (enum side)side, tunnel[side]);
	}
	pair_judge(pairs, pair);
}

static bool is_chosen(const struct pair_choice *choice, enum side side, const struct tunnel *tunnel)
{
	return tunnel && choice->id[side] == tunnel->id;
}

static bool is_wanted(const struct pair_choice *choice, const struct tunnel *a,
		      const struct tunnel *b)
{
	if (choice->id[SIDE_A] == PAIR_ANY && choice->id[SIDE_B] == PAIR_ANY)
		return true;
	return is_chosen(choice, SIDE_A, a) || is_chosen(choice, SIDE_B, b);
}

static bool judge_all(const struct judging *judging, const struct pair_choice *choice)
{
	struct pairs *pairs = judging->pairs;
	const struct model *a = pairs->gateway[SIDE_A].model, *b = pairs->gateway[SIDE_B].model;
	struct arena *arena = pairs->gateway[SIDE_A].arena;
	size_t *of_a = counterparts_find(a, b, arena);
	char *taken = arena_alloc(arena, b->count + 1);

	if (!of_a || !taken)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct tunnel *other =
		    of_a[i] == COUNTERPART_NONE ? NULL : b->tunnels[of_a[i]];

		if (other)
			taken[of_a[i]] = 1;
		if (is_wanted(choice, a->tunnels[i], other))
			add_pair(judging, a->tunnels[i], other);
	}
	for (size_t i = 0; i < b->count; i++) {
		if (!taken[i] && is_wanted(choice, NULL, b->tunnels[i]))
			add_pair(judging, NULL, b->tunnels[i]);
	}
	return true;
}

bool pairs_judge(struct pairs *pairs, const struct pair_choice *choice, pair_invalid *is_invalid,
		 const void *context)
{
	const struct judging judging = {pairs, is_invalid, context};
	const struct model *a = pairs->gateway[SIDE_A].model, *b = pairs->gateway[SIDE_B].model;
	struct arena *arena = pairs->gateway[SIDE_A].arena;

	pairs->count = 0;
	pairs->list = arena_alloc(arena, (a->count + b->count + 1) * sizeof(*pairs->list));
	if (!pairs->list)
		return false;
	if (choice->id[SIDE_A] != PAIR_ANY && choice->id[SIDE_B] != PAIR_ANY) {
		add_pair(&judging, model_tunnel(a, choice->id[SIDE_A]),
			 model_tunnel(b, choice->id[SIDE_B]));
		return true;
	}
	return judge_all(&judging, choice);
}

const enum outcome outcome_order[OUTCOMES] = {
    OUTCOME_NO_IKE,    OUTCOME_NO_CHILD, OUTCOME_LOST_AT_REKEY, OUTCOME_INVALID, OUTCOME_UNMATCHED,
    OUTCOME_UNKNOWN, OUTCOME_DISABLED, OUTCOME_ON_TRAFFIC,    OUTCOME_UP};

unsigned outcome_rank(enum outcome outcome)
{
	unsigned rank = 0;

	while (outcome_order[rank] != outcome)
		rank++;
	return rank;
}

bool outcome_has_failed(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_UP:
	case OUTCOME_ON_TRAFFIC:
	case OUTCOME_UNKNOWN:
	case OUTCOME_DISABLED:
		return false;
	default:
		return true;
	}
}

bool pairs_fail(const struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		if (outcome_has_failed(pairs->list[i].outcome))
			return true;
	}
	return false;
}

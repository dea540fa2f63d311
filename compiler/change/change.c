/* SPDX-License-Identifier: ISC */
/*
 * What differs is decided by values, so that a default that was spelled out is none.  What that
 * does is decided by what charon is told: a connection with one other word is unloaded, its SAs are
 * ended, and it is loaded anew (plan.c, apply.c); one that is told alike stays.
 */
#include "compiler/change/change.h"

#include "compiler/change/ends.h"
#include "compiler/change/told.h"
#include "compiler/model/field.h"
#include "compiler/model/telling.h"

#include <stdlib.h>

struct changing {
	struct owners from;
	struct owners to;
	bool failed; /* out of memory */
};

/* ---- a setting ---- */

/* charon is told identities as they are written: one in other letters is the same to it, and
 * another word. */
static bool is_written_alike(const struct tunnel *from, const struct tunnel *to,
			     enum setting setting)
{
	const struct identity *a = setting == SETTING_LOCAL_ID ? &from->local_id : &from->remote_id;
	const struct identity *b = setting == SETTING_LOCAL_ID ? &to->local_id : &to->remote_id;

	return a->type == IDENTITY_ANY ||
	       (a->value_is_der == b->value_is_der && slice_compare(a->value, b->value) == 0);
}

static bool differs(const struct tunnel *from, const struct tunnel *to, enum setting setting)
{
	return !field_equal(from, to, setting) ||
	       (setting_table[setting].type == SETTING_IDENTITY &&
		!is_written_alike(from, to, setting));
}

static bool find_differences(struct change *change)
{
	bool any = false;

	for (int i = 0; i < SETTING_COUNT; i++) {
		change->settings[i].differs = differs(change->from, change->to, (enum setting)i);
		any = any || change->settings[i].differs;
	}
	return any;
}

/* ---- effects ---- */

static void add_effect(struct change *change, enum setting setting, enum change_effect effect)
{
	change->settings[setting].effect = effect;
	if (effect > change->effect)
		change->effect = effect;
}

static void judge_setting(struct change *change, enum setting setting, const struct told *from,
			  const struct told *to)
{
	struct change_setting *judged = &change->settings[setting];

	if (!judged->differs || told_equal(from, to, setting))
		return;
	add_effect(change, setting, EFFECT_RESTART);
	judged->both_ends = ends_both_change(change->from, change->to, setting);
	change->both_ends = change->both_ends || judged->both_ends;
}

/* Of a tunnel that runs, and goes on to. */
static void judge_settings(struct changing *changing, struct change *change)
{
	struct told from, to;
	bool made = told_make(&from, change->from);

	made = told_make(&to, change->to) && made;
	for (int i = 0; made && i < SETTING_COUNT; i++)
		judge_setting(change, (enum setting)i, &from, &to);
	told_free(&from);
	told_free(&to);
	changing->failed = changing->failed || !made;
}

/* Whose a secret is rests on the other tunnels, so it may change in one that does not. */
static void judge_owners(const struct changing *changing, struct change *change)
{
	struct change_setting *secret = &change->settings[SETTING_SECRET];

	if (change->effect > EFFECT_NONE ||
	    slice_compare(owners_of(&changing->from, change->id),
			  owners_of(&changing->to, change->id)) == 0)
		return;
	change->kind = CHANGE_CHANGED;
	secret->differs = secret->is_owners = true;
	add_effect(change, SETTING_SECRET, EFFECT_NEXT_AUTH);
}

/* What is disabled is not there for charon. */
static void judge_tunnel(struct changing *changing, struct change *change)
{
	if (find_differences(change)) {
		change->kind = CHANGE_CHANGED;
		if (change->from->enabled && change->to->enabled)
			judge_settings(changing, change);
		else if (change->from->enabled)
			add_effect(change, SETTING_ENABLE, EFFECT_RESTART);
	}
	if (change->from->enabled && change->to->enabled)
		judge_owners(changing, change);
}

static void judge(struct changing *changing, struct change *change)
{
	if (!change->from) {
		change->kind = CHANGE_ADDED;
	} else if (!change->to) {
		change->kind = CHANGE_REMOVED;
		change->effect = change->from->enabled ? EFFECT_RESTART : EFFECT_NONE;
	} else {
		judge_tunnel(changing, change);
	}
}

/* ---- the whole ---- */

static int compare_changes(const void *a, const void *b)
{
	return ((const struct change *)a)->id - ((const struct change *)b)->id;
}

static void add_tunnels(struct changes *changes, const struct model *model, bool is_to)
{
	for (size_t i = 0; model && i < model->count; i++) {
		struct change *change = &changes->items[changes->count++];

		*change =
		    (struct change){.id = model->tunnels[i]->id, .secrets = changes->secrets};
		*(is_to ? &change->to : &change->from) = model->tunnels[i];
	}
}

/* A tunnel that is in both stands there twice, side by side. */
static void join_tunnels(struct changes *changes)
{
	size_t kept = 0;

	qsort(changes->items, changes->count, sizeof(*changes->items), compare_changes);
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->items[i];
		struct change *last = kept ? &changes->items[kept - 1] : NULL;

		if (!last || last->id != change->id)
			changes->items[kept++] = *change;
		else if (change->to)
			last->to = change->to;
		else
			last->from = change->from;
	}
	changes->count = kept;
}

bool changes_make(struct changes *changes, const struct model *from, const struct model *to)
{
	const struct model *const models[] = {from, to};
	size_t room = (from ? from->count : 0) + (to ? to->count : 0);
	struct changing changing = {0};

	*changes = (struct changes){.items = calloc(room + 1, sizeof(*changes->items)),
				    .secrets = telling_index_new(models)};
	if (!changes->items || !changes->secrets)
		return false;
	changing.failed = !owners_make(&changing.from, from);
	changing.failed = !owners_make(&changing.to, to) || changing.failed;
	add_tunnels(changes, from, false);
	add_tunnels(changes, to, true);
	join_tunnels(changes);
	for (size_t i = 0; i < changes->count && !changing.failed; i++)
		judge(&changing, &changes->items[i]);
	owners_free(&changing.from);
	owners_free(&changing.to);
	return !changing.failed;
}

void changes_free(struct changes *changes)
{
	free(changes->items);
	telling_index_delete(changes->secrets);
	*changes = (struct changes){0};
}

bool changes_are_some(const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		if (changes->items[i].kind != CHANGE_UNCHANGED)
			return true;
	}
	return false;
}

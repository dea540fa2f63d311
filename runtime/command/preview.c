/* SPDX-License-Identifier: ISC */
/* The plan decides: it has seen charon and the files of --pki, and the two models have not. */
#include "runtime/command/preview.h"

#include "compiler/change/change.h"

#include <string.h>

/* What runs is not touched, whatever its settings would do. */
static void leave(struct change *change)
{
	change->effect = EFFECT_NONE;
	change->both_ends = false;
	for (int i = 0; i < SETTING_COUNT; i++) {
		change->settings[i].effect = EFFECT_NONE;
		change->settings[i].both_ends = false;
	}
}

static void add(struct change *change, const char *why)
{
	leave(change);
	if (change->from && !change->from->enabled)
		return;
	memset(change->settings, 0, sizeof(change->settings));
	change->kind = CHANGE_ADDED;
	change->why = why;
}

/* It is touched, and the models have nothing that needs it. */
static void raise(struct change *change, enum change_effect effect, const char *why)
{
	if (change->effect >= effect)
		return;
	change->effect = effect;
	change->why = why;
	if (change->kind != CHANGE_REMOVED)
		change->kind = CHANGE_CHANGED;
}

static void remove_tunnel(struct change *change)
{
	if (!change->to)
		change->kind = CHANGE_REMOVED;
	raise(change, EFFECT_RESTART, change->from ? NULL : "nobody knows what it was");
}

static void merge(struct change *change, const struct plan_item *item)
{
	switch (item->kind) {
	case PLAN_UNCHANGED:
		leave(change);
		break;
	case PLAN_CREDENTIALS:
		raise(change, EFFECT_NEXT_AUTH, "its secret, certificate or key is loaded again");
		break;
	case PLAN_CHANGED:
		raise(change, EFFECT_RESTART,
		      item->from ? "charon has not what was applied, or the files of --pki changed"
				 : "nobody knows what it was");
		break;
	case PLAN_ADDED:
		add(change, item->from ? "charon has nothing of it" : NULL);
		break;
	case PLAN_REMOVED:
		remove_tunnel(change);
		break;
	}
}

/* charon has nothing of a tunnel that is not in the plan: it is disabled, or gone already. */
static void print_idle(FILE *out, const struct change *change)
{
	struct change idle = *change;

	leave(&idle);
	change_print(out, &idle);
}

bool preview_print(FILE *out, const struct plan *plan, const struct model *from,
		   const struct model *to)
{
	struct changes changes;
	bool made = changes_make(&changes, from, to);
	size_t at = 0, i = 0;

	while (made && (at < changes.count || i < plan->count)) {
		const struct plan_item *item = i < plan->count ? &plan->items[i] : NULL;
		struct change *known = at < changes.count ? &changes.items[at] : NULL;
		struct change change = {.id = item ? item->id : -1};

		if (known && (!item || known->id < item->id)) {
			print_idle(out, known);
			at++;
			continue;
		}
		if (known && known->id == item->id) {
			change = *known;
			at++;
		}
		merge(&change, item);
		change_print(out, &change);
		i++;
	}
	changes_free(&changes);
	return made;
}

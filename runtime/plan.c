/* SPDX-License-Identifier: ISC */
#include "runtime/plan.h"

#include <stdlib.h>
#include <string.h>

struct planning {
	const struct running *running;
	const struct target *from;
	const struct target *to;
	const struct suspects *suspects;
};

static bool is_suspect(const struct planning *planning, int id)
{
	for (size_t i = 0; i < planning->suspects->count; i++) {
		if (planning->suspects->ids[i] == id)
			return true;
	}
	return planning->suspects->all;
}

/*
 * charon shows no suites and no secrets, so that a tunnel is unchanged only if we loaded the same
 * ourselves, and what charon does show of it is what we loaded.
 */
static enum plan_kind kind_of(const struct plan_item *item, const struct running_tunnel *running)
{
	bool wants_secret;

	if (!item->to)
		return PLAN_REMOVED;
	if (!running || (!running->has_connection && !running->sas))
		return PLAN_ADDED;
	wants_secret = item->to->secret.size > 0;
	if (!item->from || !running->has_connection || item->suspect ||
	    memcmp(item->from->digest, item->to->digest, TARGET_DIGEST) != 0 ||
	    running_difference(running, item->to))
		return PLAN_CHANGED;
	if (wants_secret != running->has_secret || running->has_trial ||
	    memcmp(item->from->owners, item->to->owners, TARGET_DIGEST) != 0)
		return PLAN_OWNERS;
	return PLAN_UNCHANGED;
}

static long long last_sa(const struct running_tunnel *running)
{
	long long last = 0;

	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next) {
		long long id = vici_get_number(sa->section, "uniqueid", 0);

		last = id > last ? id : last;
	}
	return last;
}

static void add(struct plan *plan, const struct planning *planning, int id)
{
	const struct running_tunnel *running = running_find(planning->running, id);
	struct plan_item *item = &plan->items[plan->count++];

	*item = (struct plan_item){
	    .id = id,
	    .from = planning->from ? target_find(planning->from, id) : NULL,
	    .to = target_find(planning->to, id),
	    .has_trial = running && running->has_trial,
	    .last_sa = last_sa(running),
	    .suspect = is_suspect(planning, id),
	};
	item->kind = kind_of(item, running);
}

static int compare_items(const void *a, const void *b)
{
	return ((const struct plan_item *)a)->id - ((const struct plan_item *)b)->id;
}

bool plan_make(struct plan *plan, const struct running *running, const struct target *from,
	       const struct target *to, const struct suspects *suspects)
{
	const struct planning planning = {running, from, to, suspects};

	*plan = (struct plan){
	    .to = to, .items = calloc(to->count + running->count + 1, sizeof(*plan->items))};
	if (!plan->items)
		return false;
	for (size_t i = 0; i < to->count; i++)
		add(plan, &planning, to->tunnels[i].id);
	for (size_t i = 0; i < running->count; i++) {
		if (!target_find(to, running->tunnels[i].id))
			add(plan, &planning, running->tunnels[i].id);
	}
	qsort(plan->items, plan->count, sizeof(*plan->items), compare_items);
	return true;
}

void plan_free(struct plan *plan)
{
	free(plan->items);
	*plan = (struct plan){0};
}

bool plan_is_empty(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind != PLAN_UNCHANGED)
			return false;
	}
	return true;
}

bool plan_risks_something(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind != PLAN_UNCHANGED && plan->items[i].kind != PLAN_ADDED)
			return true;
	}
	return false;
}

const char *plan_kind_name(enum plan_kind kind)
{
	switch (kind) {
	case PLAN_UNCHANGED:
		return "unchanged";
	case PLAN_OWNERS:
	case PLAN_CHANGED:
		break;
	case PLAN_ADDED:
		return "added";
	case PLAN_REMOVED:
		return "removed";
	}
	return "changed";
}

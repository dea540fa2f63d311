/* SPDX-License-Identifier: ISC */
#include "runtime/charon/plan.h"

#include "compiler/base/json.h"

#include <stdio.h>
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
static enum plan_kind kind_of(const struct planning *planning, const struct plan_item *item,
			      const struct running_tunnel *running)
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
	if (planning->running->has_credentials && running_lacks(planning->running, item->to))
		return PLAN_CREDENTIALS;
	if (wants_secret != running->has_secret || running->has_trial ||
	    memcmp(item->from->owners, item->to->owners, TARGET_DIGEST) != 0)
		return PLAN_CREDENTIALS;
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

static void add_item(struct plan *plan, const struct planning *planning, int id)
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
	item->kind = kind_of(planning, item, running);
}

/* ---- certificates and keys ---- */

static bool has_key(const struct target *target, const char *id)
{
	return target && credentials_have_key(&target->credentials, id);
}

static void add_key(struct plan *plan, const struct planning *planning, const char *id)
{
	struct plan_key *key = &plan->keys[plan->key_count];

	for (size_t i = 0; i < plan->key_count; i++) {
		if (strcmp(plan->keys[i].id, id) == 0)
			return;
	}
	snprintf(key->id, sizeof(key->id), "%s", id);
	key->in_from = has_key(planning->from, id);
	key->in_to = has_key(planning->to, id);
	if (!key->in_from || !key->in_to)
		plan->key_count++;
}

static size_t count_credentials(const struct target *target)
{
	size_t count = 0;

	for (const struct credential *at = target ? target->credentials.first : NULL; at;
	     at = at->next)
		count++;
	return count;
}

/* A key of TO that charon has already, and FROM has not, is somebody else's. */
static void add_new(struct plan *plan, const struct planning *planning)
{
	for (const struct credential *at = planning->to->credentials.first; at; at = at->next) {
		if (running_has(planning->running, at))
			continue;
		if (at->kind == CREDENTIAL_KEY)
			add_key(plan, planning, at->id);
		else if (at->kind == CREDENTIAL_CA)
			plan->lacks_ca = true;
	}
}

static bool add_credentials(struct plan *plan, const struct planning *planning)
{
	const struct suspects *suspects = planning->suspects;
	const struct credential *from = planning->from ? planning->from->credentials.first : NULL;
	size_t room = count_credentials(planning->from) + count_credentials(planning->to) +
		      suspects->key_count;

	plan->has_credentials = planning->running->has_credentials;
	plan->keys = calloc(room + 1, sizeof(*plan->keys));
	if (!plan->keys)
		return false;
	if (!plan->has_credentials)
		return true;
	add_new(plan, planning);
	for (; from; from = from->next) {
		if (from->kind == CREDENTIAL_KEY)
			add_key(plan, planning, from->id);
	}
	for (size_t i = 0; i < suspects->key_count; i++)
		add_key(plan, planning, suspects->keys[i]);
	return true;
}

/* ---- the whole ---- */

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
	if (!plan->items || !add_credentials(plan, &planning))
		return false;
	for (size_t i = 0; i < to->count; i++)
		add_item(plan, &planning, to->tunnels[i].id);
	for (size_t i = 0; i < running->count; i++) {
		if (!target_find(to, running->tunnels[i].id))
			add_item(plan, &planning, running->tunnels[i].id);
	}
	qsort(plan->items, plan->count, sizeof(*plan->items), compare_items);
	return true;
}

void plan_free(struct plan *plan)
{
	free(plan->items);
	free(plan->keys);
	*plan = (struct plan){0};
}

bool plan_is_empty(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind != PLAN_UNCHANGED)
			return false;
	}
	return plan->key_count == 0 && !plan->lacks_ca;
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
	case PLAN_CREDENTIALS:
	case PLAN_CHANGED:
		break;
	case PLAN_ADDED:
		return "added";
	case PLAN_REMOVED:
		return "removed";
	}
	return "changed";
}

json_t *plan_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (size_t i = 0; i < plan->count; i++) {
		json_t *item = json_object();

		json_put_integer(&item, "id", (size_t)plan->items[i].id);
		json_put_string(&item, "change", plan_kind_name(plan->items[i].kind));
		json_append(&array, item);
	}
	return array;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/lower/instances.h"

#include "compiler/model/field.h"
#include "compiler/model/resolve.h"

#include <stdlib.h>
#include <string.h>

/* Room for origins comes in steps: what they had is lost when they grow. */
#define ORIGIN_STEP 2

/* What a removed tunnel becomes: a text may enter and remove one more often than memory lasts. */
struct spare_instance {
	struct spare_instance *next;
	struct instance_memory memory;
};

_Static_assert(sizeof(struct spare_instance) <= sizeof(struct tunnel), "a spare lies in a tunnel");

/* The index + 1 of the tunnel that has ID; 0 if there is none. */
static uint32_t index_of(const struct instances *instances, int32_t id)
{
	const uint32_t *page = id == INSTANCE_NONE ? NULL : instances->by_id[id / INSTANCE_PAGE];

	return page ? page[id % INSTANCE_PAGE] : 0;
}

static void set_index(struct instances *instances, int32_t id, size_t index)
{
	uint32_t **page;

	if (id == INSTANCE_NONE)
		return;
	page = &instances->by_id[id / INSTANCE_PAGE];
	if (!*page)
		*page = arena_alloc(instances->arena, INSTANCE_PAGE * sizeof(**page));
	if (*page)
		(*page)[id % INSTANCE_PAGE] = (uint32_t)index;
}

/* --- the current one -------------------------------------------------------------------------- */

static struct suite *own_suite(const struct suite *suite)
{
	return suite == &suite_automatic ? NULL : (struct suite *)suite;
}

/* What TUNNEL has. */
static struct instance_memory memory_of(const struct tunnel *tunnel)
{
	size_t count = (size_t)__builtin_popcountll(states_named(tunnel->states));

	return (struct instance_memory){
	    .origins = (struct origin *)tunnel->origins,
	    .room = (count + ORIGIN_STEP - 1) / ORIGIN_STEP * ORIGIN_STEP,
	    .suites = {own_suite(tunnel->ike), own_suite(tunnel->esp)},
	    .weos4 = tunnel->weos4,
	};
}

static void unpack(struct instances *instances)
{
	const struct tunnel *tunnel = instances->current;

	for (uint64_t left = states_named(tunnel->states); left; left &= left - 1) {
		enum setting setting = (enum setting)(__builtin_ctzll(left) / 2);

		instances->from[setting] = *tunnel_origin(tunnel, setting);
	}
	instances->memory = memory_of(tunnel);
}

/* False without memory. */
static bool pack_origins(struct instances *instances)
{
	struct tunnel *tunnel = instances->current;
	struct origin *to = instances->memory.origins;
	size_t room = memory_of(tunnel).room;

	if (room > instances->memory.room)
		to = arena_alloc(instances->arena, room * sizeof(*to));
	tunnel->origins = to;
	if (!to)
		return room == 0;
	for (uint64_t left = states_named(tunnel->states); left; left &= left - 1)
		*to++ = instances->from[__builtin_ctzll(left) / 2];
	return true;
}

/* The suite at PLACE, of number WHICH, if it is written now.  False without memory. */
static bool pack_suite(struct instances *instances, const struct suite **place, int which)
{
	struct suite *to = instances->memory.suites[which];

	if (*place != &instances->suites[which])
		return true;
	if (!to)
		to = arena_alloc(instances->arena, sizeof(*to));
	*place = &suite_automatic;
	if (!to)
		return false;
	*to = instances->suites[which];
	*place = to;
	return true;
}

void instances_leave(struct instances *instances)
{
	struct tunnel *tunnel = instances->current;
	bool done;

	if (!tunnel)
		return;
	done = pack_suite(instances, &tunnel->ike, 0);
	done = pack_suite(instances, &tunnel->esp, 1) && done;
	done = pack_origins(instances) && done;
	if (!done)
		tunnel->states = 0;
	instances->failed = instances->failed || !done;
	instances->current = NULL;
}

void *instances_field(struct instances *instances, enum setting setting)
{
	void *field = field_of(instances->current, setting);
	struct suite *suite = &instances->suites[setting == SETTING_ESP];

	if (setting_table[setting].type != SETTING_SUITE)
		return field;
	*suite = suite_automatic;
	*(const struct suite **)field = suite;
	return suite;
}

/* --- secrets ---------------------------------------------------------------------------------- */

static void add_secret(struct instances *instances, struct span at, struct slice bytes)
{
	struct old_secret *old = arena_alloc(instances->arena, sizeof(*old));

	instances->failed = instances->failed || !old;
	if (!old)
		return;
	*old = (struct old_secret){.at = at, .bytes = bytes, .next = instances->old_secrets};
	instances->old_secrets = old;
}

void instances_add_secret(struct instances *instances, struct span at)
{
	if (at.from < at.to)
		add_secret(instances, at, (struct slice){NULL, 0});
}

static void forget_secret(struct instances *instances, const struct tunnel *tunnel,
			  const struct origin *from)
{
	if (tunnel_state(tunnel, SETTING_SECRET) != ORIGIN_DEFAULT &&
	    from->value.from < from->value.to && tunnel->secret.mask != SECRET_MASKED)
		add_secret(instances, from->value, tunnel->secret.bytes);
}

void instances_forget_secret(struct instances *instances)
{
	forget_secret(instances, instances->current, &instances->from[SETTING_SECRET]);
}

/* --- all -------------------------------------------------------------------------------------- */

static void discard(struct instances *instances, struct tunnel *tunnel)
{
	struct spare_instance spare = {.next = instances->spare, .memory = memory_of(tunnel)};

	if (tunnel_state(tunnel, SETTING_SECRET) != ORIGIN_DEFAULT)
		forget_secret(instances, tunnel, tunnel_origin(tunnel, SETTING_SECRET));
	set_index(instances, tunnel->id, 0);
	instances->spare = memcpy(tunnel, &spare, sizeof(spare));
}

static struct tunnel *reuse_or_allocate(struct instances *instances)
{
	struct spare_instance *spare = instances->spare;

	instances->memory = spare ? spare->memory : (struct instance_memory){0};
	if (!spare)
		return arena_alloc(instances->arena, sizeof(struct tunnel));
	instances->spare = spare->next;
	return (struct tunnel *)spare;
}

/* Room for one more; false without memory. */
static bool reserve(struct instances *instances)
{
	size_t room = instances->room ? instances->room * 2 : 32;
	struct tunnel **tunnels;

	if (instances->count < instances->room)
		return true;
	tunnels = realloc(instances->tunnels, room * sizeof(struct tunnel *));
	if (!tunnels)
		return false;
	instances->tunnels = tunnels;
	instances->room = room;
	return true;
}

/* False without memory. */
static bool add_weos4(struct instances *instances, struct tunnel *tunnel)
{
	struct weos4_tunnel *weos4 = instances->memory.weos4;

	if (!weos4)
		weos4 = arena_alloc(instances->arena, sizeof(*weos4));
	tunnel->weos4 = weos4;
	if (!weos4) {
		instances->failed = true;
		return false;
	}
	*weos4 = (struct weos4_tunnel){.pfs = true};
	return true;
}

static struct tunnel *new_tunnel(struct instances *instances, int32_t id, struct span header)
{
	struct tunnel *tunnel = reserve(instances) ? reuse_or_allocate(instances) : NULL;

	if (!tunnel) {
		instances->failed = true;
		return NULL;
	}
	*tunnel = instances->is_weos4 ? tunnel_weos4 : tunnel_standard;
	if (instances->is_weos4 && !add_weos4(instances, tunnel))
		return NULL;
	tunnel->id = id;
	tunnel->header = header;
	instances->tunnels[instances->count++] = tunnel;
	set_index(instances, id, instances->count);
	return tunnel;
}

void instances_enter(struct instances *instances, int32_t id, struct span header)
{
	uint32_t known = index_of(instances, id);

	instances_leave(instances);
	instances->current =
	    known ? instances->tunnels[known - 1] : new_tunnel(instances, id, header);
	if (known)
		unpack(instances);
}

void instances_remove(struct instances *instances, int32_t id)
{
	uint32_t known = index_of(instances, id);

	instances_leave(instances);
	if (!known)
		return;
	discard(instances, instances->tunnels[known - 1]);
	instances->tunnels[known - 1] = NULL;
}

void instances_remove_all(struct instances *instances)
{
	instances_leave(instances);
	for (size_t i = 0; i < instances->count; i++) {
		if (instances->tunnels[i])
			discard(instances, instances->tunnels[i]);
	}
	instances->count = 0;
}

bool instances_finish(struct instances *instances, struct model *model)
{
	struct tunnel **tunnels =
	    arena_alloc(instances->arena, (instances->count + 1) * sizeof(struct tunnel *));

	instances_leave(instances);
	if (!tunnels || instances->failed)
		return false;
	model->tunnels = tunnels;
	model->old_secrets = instances->old_secrets;
	for (size_t i = 0; i < instances->count; i++) {
		if (!instances->tunnels[i])
			continue;
		tunnel_resolve(instances->tunnels[i], instances->arena);
		tunnels[model->count++] = instances->tunnels[i];
	}
	return true;
}

void instances_free(struct instances *instances)
{
	free(instances->tunnels);
}

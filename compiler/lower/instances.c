/* SPDX-License-Identifier: ISC */
#include "compiler/lower/instances.h"

#include "compiler/model/resolve.h"

#include <stdlib.h>

/* A tunnel, or the room of one that was removed. */
union spare_instance {
	struct tunnel tunnel;
	union spare_instance *next;
};

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

/* Removed tunnels are used again: a text may enter and remove one more often than memory lasts. */
static void discard(struct instances *instances, struct tunnel *tunnel)
{
	union spare_instance *spare = (union spare_instance *)tunnel;

	set_index(instances, tunnel->id, 0);
	spare->next = instances->spare;
	instances->spare = spare;
}

static struct tunnel *reuse_or_allocate(struct instances *instances)
{
	union spare_instance *spare = instances->spare;

	if (!spare)
		spare = arena_alloc(instances->arena, sizeof(*spare));
	else
		instances->spare = spare->next;
	return spare ? &spare->tunnel : NULL;
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

static struct tunnel *new_tunnel(struct instances *instances, int32_t id, struct span header)
{
	struct tunnel *tunnel = reserve(instances) ? reuse_or_allocate(instances) : NULL;

	if (!tunnel) {
		instances->failed = true;
		return NULL;
	}
	*tunnel = tunnel_standard;
	tunnel->id = id;
	tunnel->header = header;
	instances->tunnels[instances->count++] = tunnel;
	set_index(instances, id, instances->count);
	return tunnel;
}

void instances_enter(struct instances *instances, int32_t id, struct span header)
{
	uint32_t known = index_of(instances, id);

	instances->current =
	    known ? instances->tunnels[known - 1] : new_tunnel(instances, id, header);
}

void instances_leave(struct instances *instances)
{
	instances->current = NULL;
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

	if (!tunnels || instances->failed)
		return false;
	instances_leave(instances);
	model->tunnels = tunnels;
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

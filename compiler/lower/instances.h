/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_INSTANCES_H
#define WEIPSEC_INSTANCES_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

/* IDs are below; one that cannot be read is INSTANCE_NONE, and no other instance has it. */
#define INSTANCE_COUNT 65536
#define INSTANCE_NONE (-1)

/* IDs are mostly small, and near each other: of those of a page nothing is kept before one is used. */
#define INSTANCE_PAGE 256

union spare_instance;

/* The instances of a text, while it is lowered.  Begins zeroed, but for ARENA. */
struct instances {
	struct arena *arena;
	struct tunnel *current;	 /* the one that settings belong to, or NULL */
	struct tunnel **tunnels; /* removed ones are NULL */
	size_t count;
	size_t room;
	uint32_t *by_id[INSTANCE_COUNT / INSTANCE_PAGE]; /* pages of an ID's index in `tunnels', plus 1 */
	union spare_instance *spare;			 /* removed ones */
	bool failed;					 /* out of memory */
};

/* Makes the instance ID current, a new one with HEADER unless it is there. */
void instances_enter(struct instances *instances, int32_t id, struct span header);
/* No instance is current from here on. */
void instances_leave(struct instances *instances);
/* Removes the instance ID, if it is there, or all; none is current. */
void instances_remove(struct instances *instances, int32_t id);
void instances_remove_all(struct instances *instances);
/* Those that are left, in the order in which they were first entered, into the model; false without memory. */
bool instances_finish(struct instances *instances, struct model *model);
void instances_free(struct instances *instances);

#endif

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

struct spare_instance;

/* What an instance has beside its tunnel; used again where it is enough. */
struct instance_memory {
	struct origin *origins;
	size_t room;		 /* for so many of them */
	struct suite *suites[2]; /* of `ike' and `esp', where one was ever written */
	struct weos4_tunnel *weos4;
};

/* The instances of a text, while it is lowered.  Begins zeroed, but for ARENA. */
struct instances {
	struct arena *arena;
	struct tunnel *current;		   /* the one that settings belong to, or NULL */
	struct origin from[SETTING_COUNT]; /* its origins, until another one is current */
	struct suite suites[2];		   /* its suites, if they are written now */
	struct instance_memory memory;	   /* where that goes then */
	struct tunnel **tunnels;	   /* removed ones are NULL */
	size_t count;
	size_t room;
	uint32_t *by_id[INSTANCE_COUNT / INSTANCE_PAGE]; /* pages of an ID's index in `tunnels', plus 1 */
	struct spare_instance *spare;			 /* removed ones */
	const struct old_secret *old_secrets;	   /* the newest first */
	bool is_weos4;				   /* new ones are tunnels of WeOS 4 */
	bool failed;					 /* out of memory */
};

/*
 * Makes the instance ID current, a new one with HEADER unless it is there.  Where its settings were
 * named is in `from' as long as it is, and not in the tunnel.
 */
void instances_enter(struct instances *instances, int32_t id, struct span header);
/* Where the value of SETTING goes, of the current instance; a suite is empty. */
void *instances_field(struct instances *instances, enum setting setting);
/* The secret of the current instance, if it has one, is one of the text alone from here on. */
void instances_forget_secret(struct instances *instances);
/* So is what stands AT, which no instance ever had. */
void instances_add_secret(struct instances *instances, struct span at);
/* No instance is current from here on. */
void instances_leave(struct instances *instances);
/* Removes the instance ID, if it is there, or all; none is current. */
void instances_remove(struct instances *instances, int32_t id);
void instances_remove_all(struct instances *instances);
/* Those that are left, in the order in which they were first entered, into the model; false without memory. */
bool instances_finish(struct instances *instances, struct model *model);
void instances_free(struct instances *instances);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TOLD_H
#define WEIPSEC_TOLD_H

#include "backends/output.h"

/*
 * What charon is told of a tunnel, by the setting that each word of it comes from: where two
 * tunnels are told alike, charon has nothing to do.
 */

struct told {
	struct output of[SETTING_COUNT];
};

/* Of TUNNEL, which swanctl_supports().  False without memory.  Free it in any case. */
bool told_make(struct told *told, const struct tunnel *tunnel);
void told_free(struct told *told);
/* True if what comes from SETTING is the same. */
bool told_equal(const struct told *a, const struct told *b, enum setting setting);

/* Whose the secrets of a model are, which may rest on its other tunnels. */
struct owner {
	int32_t id;  /* of the tunnel */
	size_t from; /* of the names: its own */
	size_t to;
};

struct owners {
	struct owner *items; /* by ID */
	size_t count;
	struct output names;
};

/* Of MODEL; NULL is one without a tunnel.  False without memory.  Free it in any case. */
bool owners_make(struct owners *owners, const struct model *model);
void owners_free(struct owners *owners);
/* What is in the list of tunnel ID; {0} if it has no secret in use. */
struct slice owners_of(const struct owners *owners, int32_t id);

#endif

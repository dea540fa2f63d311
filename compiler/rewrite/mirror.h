/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MIRROR_H
#define WEIPSEC_MIRROR_H

#include "backends/backend.h"
#include "compiler/base/arena.h"
#include "compiler/model/model.h"

#include <stdbool.h>

/*
 * The other end of the tunnels of a model: role, addresses, identities and subnets turned round,
 * the same suites, secret and version.
 */

#define MIRROR_ALL (-1)

/* The other end of one tunnel. */
struct mirror_end {
	const struct tunnel *from;
	/* places in FROM's text: of a setting, those of the one that it comes from */
	struct tunnel tunnel;
	/* of a setting that is left out, or to be looked at, why: lower case, no secret */
	const char *notes[SETTING_COUNT];
};

struct mirror {
	struct model model; /* the tunnels of ENDS, in their order */
	struct mirror_end *ends;
	bool is_document; /* FROM is agent configuration, whose automatic suites are ours */
};

/* What is written of it. */
struct mirror_language {
	const char *name; /* the word behind --to */
	/*
	 * False with *REFUSAL filled in if END cannot be said; words come from ARENA, which is
	 * wiped.
	 */
	bool (*supports)(const struct mirror *mirror, const struct mirror_end *end,
			 struct arena *arena, struct backend_refusal *refusal);
	bool has_dormant; /* disabled tunnels are written, too */
	/* Writes all; output->failed without memory. */
	void (*write)(const struct mirror *mirror, struct arena *arena, struct output *output);
};

/* weos, swanctl and libreswan, ended by a row without a name. */
extern const struct mirror_language mirror_languages[];

/* True if all tunnels of MODEL have one peer, so that there is one other end. */
bool mirror_is_one(const struct model *model);
/*
 * Turns the tunnel ID of MODEL round, or with MIRROR_ALL all, into MIRROR, with memory of ARENA
 * and what MODEL has, which both outlive it.  False without memory.
 */
bool mirror_make(struct mirror *mirror, const struct model *model, int32_t id, struct arena *arena);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_RESOLVE_H
#define WEIPSEC_RESOLVE_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

/* A tunnel of which nothing was said yet. */
extern const struct tunnel tunnel_standard;
/* The same of WeOS 4; its `weos4' is still to be given. */
extern const struct tunnel tunnel_weos4;

/*
 * Fills in what TUNNEL was not given and what other settings decide: DPD action, identities,
 * subnets, description.  What rests on a value that could not be read stays unknown.
 */
void tunnel_resolve(struct tunnel *tunnel, struct arena *arena);

#endif

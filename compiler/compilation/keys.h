/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_KEYS_H
#define WEIPSEC_KEYS_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

/* A file of keys, given by hand for a lab (docs/xfrm.md), on its way into a model. */
struct keys {
	struct text *text;
	const struct model *model; /* its tunnels get `keys' */
	struct arena *secrets;	   /* of the model */
	/* Gets what is wrong with TEXT; MESSAGE repeats nothing of it. */
	void (*complain)(const void *context, struct place at, const char *message);
	const void *context;
};

/*
 * Reads the keys of every enabled tunnel, one SA a line.  False if anything was wrong, or without
 * memory (which SECRETS knows).
 */
bool keys_read(const struct keys *keys);

#endif

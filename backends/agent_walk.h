/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AGENT_WALK_H
#define WEIPSEC_AGENT_WALK_H

#include "compiler/model/model.h"

/*
 * A model, element by element, as schemas/weipsec-agent.yang has it: for whoever builds or prints a
 * document of agent configuration.
 */
struct agent_sink {
	void *context;
	void (*open)(void *context, const char *name); /* a container, or `tunnel' of the list */
	void (*close)(void *context);
	/* VALUE is printable text, "" where the leaf has none, and may be a secret. */
	void (*leaf)(void *context, const char *name, const char *value);
};

/* The first element is `ipsec', the first of a tunnel its `id'.  False without memory. */
bool agent_walk(const struct model *model, const struct agent_sink *sink);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_VIEW_H
#define WEIPSEC_VIEW_H

#include "runtime/charon/running.h"
#include "runtime/keep/config.h"
#include "runtime/keep/places.h"

#include <jansson.h>

/* What `status' has to show of the tunnels that are applied. */

struct view {
	json_t *document; /* of `status --json' */
	struct config applied;
	struct running running; /* what charon has, where that was wanted */
	char why[256];		/* charon is out of reach; or "" */
};

enum { VIEW_ALL = -1 };

/* What is wanted of it: the states, those and what charon has, or the document, come what may. */
enum view_part { VIEW_STATES, VIEW_DETAILS, VIEW_DOCUMENT };

/*
 * Asks the supervisor, who knows more, or else charon, of the tunnel ID or VIEW_ALL; for
 * VIEW_DETAILS charon in any case.  EXIT_OK, also where charon is out of reach, or what to end
 * with, all said; with VIEW_DOCUMENT of all there is a document where nothing is applied, too.
 * VIEW is freed in any case.
 */
int view_take(struct view *view, const struct places *places, int id, enum view_part part);
void view_free(struct view *view);

#endif

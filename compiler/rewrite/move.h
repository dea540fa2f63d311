/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MOVE_H
#define WEIPSEC_MOVE_H

#include "compiler/rewrite/migrate.h"

/* The place of what is said of a tunnel as a whole. */
#define MOVE_HEADER SETTING_COUNT

/* Something that is said of what stands at a setting of the new text. */
struct fate {
	struct fate *next;
	int place; /* enum setting, or MOVE_HEADER */
	struct finding *finding;
};

/* A WeOS 4 tunnel on its way to one of WeOS 5. */
struct move {
	struct migration *migration;
	const struct tunnel *from;
	struct tunnel to;
	struct suite suites[2]; /* of TO, where it has other ones */
	struct slice secret;	/* as it was typed */
	struct fate *fates;
	struct fate **last;
	bool is_impossible;
};

/* Decides what TO is, and says it.  PLACE is the tunnel's among those of the text, from 0. */
void move_decide(struct move *move, size_t place);
/* The same of what WeOS 4 has for all tunnels. */
void move_decide_all(struct migration *migration);

#endif

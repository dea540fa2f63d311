/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MOVE_H
#define WEIPSEC_MOVE_H

#include "compiler/rewrite/fate.h"

/* Decides what TO is, and says it.  PLACE is the tunnel's among those of the text, from 0. */
void move_decide(struct move *move, size_t place);
/* The same of what WeOS 4 has for all tunnels. */
void move_decide_all(struct migration *migration);

#endif

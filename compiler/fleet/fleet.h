/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FLEET_H
#define WEIPSEC_FLEET_H

#include "compiler/fleet/network.h"

/*
 * Judges all of NETWORK: its pairs, each by itself, and then what only many show.  False without
 * memory.
 */
bool fleet_judge(struct network *network);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MATCHING_H
#define WEIPSEC_MATCHING_H

#include "compiler/fleet/network.h"

/* Finds the links of NETWORK, whose outcomes are still open.  False without memory. */
bool matching_find(struct network *network);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_REASON_H
#define WEIPSEC_REASON_H

#include "compiler/text.h"

/*
 * Why a tunnel is down, from the lines that charon logs of it (its own words, 5.9.8): what went
 * wrong and which setting to look at.
 */

/* What a line of the log says of why, for people; NULL if nothing. */
const char *reason_of(struct slice line);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_REASON_H
#define WEIPSEC_REASON_H

#include "compiler/base/text.h"

#include <stdbool.h>

/*
 * Why a tunnel is down, from the lines that charon logs of it (its own words, 5.9.8): what went
 * wrong and which setting to look at.
 */

struct reason {
	const char *why; /* for people */
	bool weak;	 /* only what follows from another one, if there is one of the same try */
};

/* What a line of the log says of why; NULL if nothing. */
const struct reason *reason_of(struct slice line);
/* Why there is nothing to be read. */
const char *reason_silence(void);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LACKING_H
#define WEIPSEC_LACKING_H

#include <stdbool.h>

/* Has the allocation AT fail, counted from now on, and if ON those behind it; 0: none. */
void lacking_arm(long at, bool on);
/* Allocations since then. */
long lacking_count(void);

#endif

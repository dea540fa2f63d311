/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OVERRULED_H
#define WEIPSEC_OVERRULED_H

#include "compiler/rewrite/migrate.h"

/*
 * Says of each line of `tunnel' that is in no tunnel of the model that it is not carried over, and
 * what is behind that: it is set again, removed or discarded by a later one.  False without memory.
 */
bool overruled_report(struct migration *migration);

#endif

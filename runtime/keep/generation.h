/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GENERATION_H
#define WEIPSEC_GENERATION_H

#include "runtime/charon/plan.h"

/*
 * The generations in a state directory that is open as FD: gen/NNNN, from 1 on, and gen/next, which
 * is being applied, and is never one after a kill.
 */

#define GENERATION_MAX 999999999u
#define GENERATION_KEPT 8
#define GENERATION_NEXT "gen/next"
#define GENERATION_PATH 32 /* room for the path of one, with its NUL */

/* Where GENERATION is, from FD on. */
void generation_path(char *path, unsigned generation);
/* The generation that PATH says, or 0. */
unsigned generation_of(const char *path);

/* Its folder, to be closed; -1 with errno. */
int generation_open(int fd, unsigned generation);
/* The one that GENERATION came after, if it is still kept, or 0.  0 or errno. */
int generation_previous(int fd, unsigned generation, unsigned *previous);
/* The latest of all that there are, or 0.  0 or errno. */
int generation_greatest(int fd, unsigned *greatest);

/* Writes the next one, of AGENT and the keys of PLAN, which comes after PREVIOUS.  0 or errno. */
int generation_write(int fd, struct slice agent, unsigned previous, const struct plan *plan);
/* The next one becomes GENERATION.  0 or errno. */
int generation_name(int fd, unsigned generation);
/* True if all there is in gen is generations, with nothing in them but what is written here. */
bool generation_all_ours(int fd);
/* The next one is none. */
void generation_drop(int fd);
/* Removes one, as all here, only if nothing of somebody else's is in it. */
void generation_remove(int fd, unsigned generation);
/* Removes old ones, but those that rollback leads to from CURRENT on. */
void generation_prune(int fd, unsigned current);

#endif

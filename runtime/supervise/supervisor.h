/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SUPERVISOR_H
#define WEIPSEC_SUPERVISOR_H

#include "runtime/keep/places.h"
#include "runtime/supervise/voice.h"

/*
 * Stays, and keeps charon to what FILE says: through changes of FILE, restarts of charon, tunnels
 * that end and addresses that come and go.
 */
struct supervisor;

struct supervised {
	const char *file;    /* a path */
	const char *metrics; /* what is kept for who gathers metrics, or NULL */
};

/*
 * Takes the lock and reads the file of FILES; where that has errors, what was applied last stays.
 * NULL, all said, with *STATUS to end with.
 */
struct supervisor *supervisor_new(const struct places *places, const struct supervised *files,
				  voice_line *voice, int *status);
/* Until a signal ends it.  What charon has stays.  What to end with. */
int supervisor_run(struct supervisor *supervisor);
void supervisor_free(struct supervisor *supervisor);

#endif

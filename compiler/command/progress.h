/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PROGRESS_H
#define WEIPSEC_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* Who waits at a terminal is told on standard error how far it is, and nobody else. */
struct progress {
	long long begun, shown; /* milliseconds; shown 0: never */
	size_t done;
	bool is_wanted;
};

void progress_begin(struct progress *progress);
/*
 * One more of COUNT files is done.  The cursor stands before what is said, so that whatever else is
 * said is written over it.
 */
void progress_step(struct progress *progress, size_t count);
/* The line is empty again. */
void progress_end(const struct progress *progress);

#endif

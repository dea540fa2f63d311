/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SHORTAGE_H
#define WEIPSEC_SHORTAGE_H

#include <signal.h>

/*
 * Memory that is not there.  Libraries take it for something else: for a document that is damaged,
 * or for nothing at all.  So a program hears of each allocation that fails in it, whoever asked for
 * it, and either ends there, or counts.
 */

/* What a program that is linked with base/allocator.c does then: it may return. */
void shortage_meet(void);

/*
 * Ends the program with EXIT_FAILED and a line that says so.  What is written aside
 * (files_output_open()) goes with it, so that no half of a file stays; of what was on its way to
 * standard output the rest is not said.  Nothing is allocated for it.
 */
_Noreturn void shortage_end(void);

/*
 * From now on whoever ends the program ends what is being written, too: nothing is left beside it.
 */
void shortage_watch_ends(void);
/* Holds the signals back that do so, for this thread; returns them. */
sigset_t shortage_hold_ends(void);

/*
 * How many allocations failed so far: who asks before and after a library is called knows whether
 * to believe it.  0 in a program that does not count.
 */
unsigned shortage_count(void);

#endif

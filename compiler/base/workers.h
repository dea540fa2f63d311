/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WORKERS_H
#define WEIPSEC_WORKERS_H

#include <stddef.h>

/* No more threads than this. */
#define WORKERS_MOST 256

/* Tasks 0 to COUNT - 1 for several threads, the results of which are delivered in that order. */
struct workers_plan {
	size_t count;
	unsigned threads; /* from 1, that of workers_run() counted */
	/*
	 * How far the work may run ahead of what is delivered, so that one slow task does not let
	 * the results of all others pile up: so many tasks, and past so many bytes no other is
	 * begun.
	 */
	size_t window;
	size_t bytes;
	/*
	 * Does TASK, as thread WORKER (from 0).  Returns the bytes that it keeps until it is
	 * delivered, for the limit.
	 */
	size_t (*work)(void *context, unsigned worker, size_t task);
	/* Delivers TASK, by whatever thread; before that nobody works on TASK + window. */
	void (*deliver)(void *context, size_t task);
	void *context;
};

/*
 * Does all tasks of PLAN and delivers them, one at a time; deliver() sees what work() did, and what
 * was delivered before.  Threads that cannot be had are done without, all without memory.
 */
void workers_run(const struct workers_plan *plan);

/* How many processors this process may run on, up to WORKERS_MOST. */
unsigned workers_processors(void);

#endif

/* SPDX-License-Identifier: ISC */
#include "compiler/command/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Milliseconds until who waits is told how far it is, and until the next time. */
#define PATIENCE 1000
#define PERIOD 200

static long long milliseconds(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress)
{
	*progress =
	    (struct progress){.begun = milliseconds(), .is_wanted = isatty(STDERR_FILENO)};
}

void progress_step(struct progress *progress, size_t count)
{
	long long now;

	progress->done++;
	if (!progress->is_wanted)
		return;
	now = milliseconds();
	if (now - progress->begun < PATIENCE || now - progress->shown < PERIOD)
		return;
	progress->shown = now;
	fprintf(stderr, "\033[Kweipsec: %zu of %zu files\r", progress->done, count);
}

void progress_end(const struct progress *progress)
{
	if (progress->shown)
		fputs("\033[K", stderr);
}

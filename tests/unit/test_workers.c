/* SPDX-License-Identifier: ISC */
/* Several threads: each task is done once, and delivered in its turn, not too far ahead of it. */
#include "compiler/base/workers.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define TASKS_MOST 3000

static int tests, failures;

/* What is seen of one run. */
struct sight {
	size_t ahead_most; /* tasks begun and not delivered, the present one counted */
	atomic_size_t delivered;
	atomic_int delivering;
	atomic_bool is_wrong;
	unsigned threads;
	int done[TASKS_MOST]; /* not atomic: who delivers a task comes behind who did it */
};

static void expect(struct sight *sight, bool is_so)
{
	if (!is_so)
		atomic_store(&sight->is_wrong, true);
}

/* Some tasks take much longer than others. */
static size_t work(void *context, unsigned worker, size_t task)
{
	struct sight *sight = context;
	volatile unsigned spent = 0;

	expect(sight, worker < sight->threads);
	expect(sight, task - atomic_load(&sight->delivered) < sight->ahead_most);
	for (size_t i = task % 97 == 0 ? 20000 : task % 7 * 50; i > 0; i--)
		spent++;
	sight->done[task]++;
	return 1;
}

static void deliver(void *context, size_t task)
{
	struct sight *sight = context;

	expect(sight, atomic_fetch_add(&sight->delivering, 1) == 0);
	expect(sight, sight->done[task] == 1);
	expect(sight, atomic_load(&sight->delivered) == task);
	atomic_store(&sight->delivered, task + 1);
	atomic_fetch_sub(&sight->delivering, 1);
}

static bool run(size_t count, unsigned threads, size_t window, size_t bytes)
{
	static struct sight sight;
	const struct workers_plan plan = {
	    .count = count,
	    .threads = threads,
	    .window = window,
	    .bytes = bytes,
	    .work = work,
	    .deliver = deliver,
	    .context = &sight,
	};

	sight = (struct sight){.threads = threads, .ahead_most = window};
	/* nobody begins a task while anything is kept: one a thread is not delivered yet */
	if (!bytes && threads < window)
		sight.ahead_most = threads;
	workers_run(&plan);
	expect(&sight, sight.delivered == count);
	return !sight.is_wrong;
}

static void result(bool ok, const char *what)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s\n", ok ? "" : "not ", tests, what);
}

static bool run_with(size_t window, size_t bytes)
{
	static const unsigned threads[] = {1, 2, 7, 64};
	static const size_t counts[] = {0, 1, 5, TASKS_MOST};
	bool ok = true;

	for (size_t i = 0; i < sizeof(threads) / sizeof(*threads); i++) {
		for (size_t j = 0; j < sizeof(counts) / sizeof(*counts); j++)
			ok = run(counts[j], threads[i], window, bytes) && ok;
	}
	return ok;
}

int main(void)
{
	unsigned processors = workers_processors();

	alarm(600); /* threads that wait for each other fail, too */
	result(run_with(TASKS_MOST, 100), "with all the room there is");
	result(run_with(64, 100), "with a window");
	result(run_with(3, 100), "with a small window");
	result(run_with(1, 100), "with a window of one");
	result(run_with(TASKS_MOST, 0), "with no room for what is done");
	result(processors >= 1 && processors <= WORKERS_MOST, "there is a processor");
	printf("1..%d\n", tests);
	return failures > 0;
}

/* SPDX-License-Identifier: ISC */
/*
 * Nobody is in charge: each thread takes the next task, and whoever has done the one that is due
 * delivers it and those behind it that wait already, so that no thread only waits for others.
 */
#include "compiler/base/workers.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

/* A task that was done, and waits for its turn. */
struct result {
	bool is_there;
	size_t bytes;
};

/* What the threads share. */
struct crew {
	const struct workers_plan *plan;
	pthread_mutex_t lock; /* of the rest */
	pthread_cond_t delivered;
	struct result *results; /* of task N at N modulo the window */
	size_t next;		/* the task that nobody has taken yet */
	size_t due;		/* the one to deliver next */
	size_t bytes;		/* that those kept that wait */
	bool is_delivering;
};

/* A thread's own. */
struct worker {
	struct crew *crew;
	pthread_t thread;
	unsigned number;
};

unsigned workers_processors(void)
{
	cpu_set_t set;
	int count;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	count = CPU_COUNT(&set);
	return count < 1 ? 1 : count > WORKERS_MOST ? WORKERS_MOST : (unsigned)count;
}

static bool is_too_far(const struct crew *crew)
{
	if (crew->next == crew->due)
		return false;
	return crew->next - crew->due >= crew->plan->window || crew->bytes > crew->plan->bytes;
}

/* The next task, as soon as it may be begun: false if there is none. */
static bool take_task(struct crew *crew, size_t *task)
{
	while (crew->next < crew->plan->count && is_too_far(crew))
		pthread_cond_wait(&crew->delivered, &crew->lock);
	if (crew->next == crew->plan->count)
		return false;
	*task = crew->next++;
	return true;
}

/* What has been done in the meantime, another who delivers finds himself. */
static void deliver_results(struct crew *crew)
{
	const struct workers_plan *plan = crew->plan;
	struct result *result = &crew->results[crew->due % plan->window];

	if (crew->is_delivering)
		return;
	crew->is_delivering = true;
	while (result->is_there) {
		pthread_mutex_unlock(&crew->lock);
		plan->deliver(plan->context, crew->due);
		pthread_mutex_lock(&crew->lock);
		crew->bytes -= result->bytes;
		result->is_there = false;
		result = &crew->results[++crew->due % plan->window];
		pthread_cond_broadcast(&crew->delivered);
	}
	crew->is_delivering = false;
}

static void *worker_run(void *context)
{
	struct worker *worker = context;
	struct crew *crew = worker->crew;
	const struct workers_plan *plan = crew->plan;
	size_t task, bytes;

	pthread_mutex_lock(&crew->lock);
	while (take_task(crew, &task)) {
		pthread_mutex_unlock(&crew->lock);
		bytes = plan->work(plan->context, worker->number, task);
		pthread_mutex_lock(&crew->lock);
		crew->bytes += bytes;
		crew->results[task % plan->window] = (struct result){true, bytes};
		deliver_results(crew);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static void run_crew(struct crew *crew)
{
	struct worker workers[WORKERS_MOST] = {{.crew = crew}};
	unsigned count;

	for (count = 1; count < crew->plan->threads && count < WORKERS_MOST; count++) {
		struct worker *worker = &workers[count];

		*worker = (struct worker){.crew = crew, .number = count};
		if (pthread_create(&worker->thread, NULL, worker_run, worker) != 0)
			break;
	}
	worker_run(&workers[0]);
	while (count > 1)
		pthread_join(workers[--count].thread, NULL);
}

void workers_run(const struct workers_plan *plan)
{
	struct crew crew = {.plan = plan,
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .delivered = PTHREAD_COND_INITIALIZER,
			    .results = calloc(plan->window, sizeof(*crew.results))};

	if (crew.results) {
		run_crew(&crew);
		free(crew.results);
		return;
	}
	for (size_t task = 0; task < plan->count; task++) {
		plan->work(plan->context, 0, task);
		plan->deliver(plan->context, task);
	}
}

/* SPDX-License-Identifier: ISC */
/* An event loop that somebody ends, and one that the system ends.  Prints TAP. */
#include "runtime/system/eventloop.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static void on_time(uev_t *watcher, void *context, int events)
{
	(void)context;
	(void)events;
	uev_exit(watcher->ctx);
}

static int run_for_a_moment(bool is_broken)
{
	uev_ctx_t loop;
	uev_t timer;

	if (uev_init(&loop) != 0 || uev_timer_init(&loop, &timer, on_time, NULL, 1, 0) != 0)
		return -1;
	if (is_broken)
		close(loop.fd);
	return eventloop_run(&loop);
}

int main(void)
{
	printf("1..2\n%s 1 loop: who ends it finds no error\n",
	       run_for_a_moment(false) == 0 ? "ok" : "not ok");
	printf("%s 2 loop: where the system ends it there is one\n",
	       run_for_a_moment(true) == EBADF ? "ok" : "not ok");
	return 0;
}

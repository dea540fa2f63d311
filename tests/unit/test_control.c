/* SPDX-License-Identifier: ISC */
/*
 * The control socket where libuEv has two events of a client at once: it hung up, and its time is
 * over.  The first ends it, and the second comes nevertheless.  Prints TAP.
 */
#include "runtime/system/control.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS 3
#define BEYOND_DEADLINE 5200000 /* microseconds: a request has 5 s to come */

static int folder, clients[CLIENTS];
static unsigned requests;

static int connect_to_it(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/control", folder);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	perror("connect");
	exit(EXIT_FAILURE);
}

static void on_request(void *context, struct control_client *client, json_t *request)
{
	(void)request;
	requests++;
	control_answer(client, json_object());
	uev_exit(context);
}

/* The loop does not run for so long that all of this has happened when it goes on. */
static void stall(uev_t *watcher, void *context, int events)
{
	int asking;

	(void)watcher;
	(void)context;
	(void)events;
	for (size_t i = 0; i < CLIENTS; i++)
		close(clients[i]);
	usleep(BEYOND_DEADLINE);
	asking = connect_to_it();
	if (write(asking, "{}", 2) != 2 || shutdown(asking, SHUT_WR) != 0)
		exit(EXIT_FAILURE);
}

int main(void)
{
	char path[] = "/tmp/test_control.XXXXXX";
	struct control *control;
	uev_ctx_t loop;
	uev_t timer;

	folder = mkdtemp(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (folder < 0 || uev_init(&loop) != 0)
		return EXIT_FAILURE;
	control = control_new(&loop, folder, on_request, &loop);
	for (size_t i = 0; control && i < CLIENTS; i++)
		clients[i] = connect_to_it();
	uev_timer_init(&loop, &timer, stall, NULL, 300, 0); /* milliseconds: they are accepted */
	if (control)
		uev_run(&loop, 0);
	control_free(control);
	close(folder);
	rmdir(path);
	printf(
	    "%sok 1 control: who hangs up as its time ends is gone once, and the next is served\n",
	    requests == 1 ? "" : "not ");
	printf("1..1\n");
	return requests == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: ISC */
/*
 * The control socket.  Where libuEv has two events of a client at once, since it hung up and its
 * time is over, the first ends it, and the second comes nevertheless.  Another user is not heard,
 * though the way to the socket is open, and of ours nobody who sends what is no request.  Prints
 * TAP.
 */
#include "runtime/system/control.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS 3
#define NOBODY 65534
#define BEYOND_DEADLINE 5200000 /* microseconds: a request has 5 s to come */

static int folder, clients[CLIENTS];
static unsigned requests;
static bool are_others_over; /* the processes that ask, too, have ended */

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

/* True if SIZE bytes of it are answered with nothing. */
static bool is_unheard(const char *bytes, size_t size)
{
	char answer[16];
	int asking = connect_to_it();
	bool is_sent = send(asking, bytes, size, MSG_NOSIGNAL) == (ssize_t)size &&
		       shutdown(asking, SHUT_WR) == 0;
	ssize_t got = read(asking, answer, sizeof(answer));

	close(asking);
	return got <= 0 || !is_sent;
}

/* Another user, who has the folder open. */
static bool is_stranger_unheard(void)
{
	return setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0 &&
	       is_unheard("{}", 2);
}

static bool is_junk_unheard(void)
{
	static const char deep[] = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
	static const char binary[] = "{\"a\":\"\0\xff\"}";

	return is_unheard("[]", 2) && is_unheard("{", 1) && is_unheard("x", 1) &&
	       is_unheard("{\"a\":1,\"a\":2}", 13) && is_unheard(deep, strlen(deep)) &&
	       is_unheard(binary, sizeof(binary) - 1);
}

/* A process of its own, which has nothing of the socket's, for what ASKS once the far end of GATE
 * is closed. */
static pid_t begin(bool (*asks)(void), const int gate[2])
{
	pid_t child = fork();
	char none;

	if (child == 0) {
		close(gate[1]);
		(void)!read(gate[0], &none, 1);
		_exit(asks() ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	return child;
}

static bool ended_well(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && status == 0;
}

static void on_request(void *context, struct control_client *client, json_t *request)
{
	(void)request;
	requests++;
	control_answer(client, json_object());
	if (are_others_over)
		uev_exit(context);
}

static void on_over(uev_t *watcher, void *context, int events)
{
	(void)events;
	are_others_over = true;
	uev_io_stop(watcher);
	if (requests)
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

/* The socket, with clients that hang up, and those that wait for GATE to be closed, until OVER has
 * an end; false if there is none. */
static bool serve(int gate, int over, bool has_stranger)
{
	struct control *control;
	uev_ctx_t loop;
	uev_t timer, end;

	if (uev_init(&loop) != 0)
		return false;
	control = control_new(&loop, folder, on_request, &loop);
	if (!control)
		return false;
	if (has_stranger &&
	    (fchmod(folder, 0755) != 0 || fchmodat(folder, "control", 0666, 0) != 0))
		return false;
	close(gate);
	for (size_t i = 0; i < CLIENTS; i++)
		clients[i] = connect_to_it();
	uev_timer_init(&loop, &timer, stall, NULL, 300, 0); /* milliseconds: they are accepted */
	uev_io_init(&loop, &end, on_over, &loop, over, UEV_READ);
	uev_run(&loop, 0);
	control_free(control);
	return true;
}

int main(void)
{
	char path[] = "/tmp/test_control.XXXXXX";
	bool is_heard, is_unheard_of = true;
	pid_t stranger = 0, junk;
	int gate[2], over[2];

	folder = mkdtemp(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (folder < 0 || pipe2(gate, O_CLOEXEC) != 0 || pipe2(over, O_CLOEXEC) != 0)
		return EXIT_FAILURE;
	if (geteuid() == 0)
		stranger = begin(is_stranger_unheard, gate);
	junk = begin(is_junk_unheard, gate);
	close(over[1]);
	if (!serve(gate[1], over[0], stranger))
		return EXIT_FAILURE;
	close(folder);
	rmdir(path);
	is_heard = requests == 1;
	printf(
	    "%sok 1 control: who hangs up as its time ends is gone once, and the next is served\n",
	    is_heard ? "" : "not ");
	if (stranger)
		is_unheard_of = ended_well(stranger);
	printf("%sok 2 control: another user is not heard%s\n", is_unheard_of ? "" : "not ",
	       stranger ? "" : " # skip not root");
	is_unheard_of &= ended_well(junk);
	printf("%sok 3 control: what is no request is not heard\n1..3\n",
	       is_unheard_of ? "" : "not ");
	return is_heard && is_unheard_of ? EXIT_SUCCESS : EXIT_FAILURE;
}

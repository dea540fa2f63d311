/* SPDX-License-Identifier: ISC */
/*
 * The kernel's addresses, in a network namespace of its own, also when more of them come and go
 * than the socket holds.  Prints TAP.
 */
#include "runtime/system/addresses.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOPBACK 1
#define BASE 0x0a000001u /* 10.0.0.1 */
#define MANY 3000	 /* too many for one message of the kernel's */
#define FLAPS 3000	 /* and for a socket that nobody reads */

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d addresses: %s\n", holds ? "" : "not ", ++count, what);
}

/* Gives IP to the loopback interface, or takes it away. */
static void change(int fd, uint16_t type, uint32_t ip)
{
	struct {
		struct nlmsghdr header;
		struct ifaddrmsg message;
		struct rtattr attribute;
		uint32_t ip;
	} request = {
	    .header = {.nlmsg_len = sizeof(request),
		       .nlmsg_type = type,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE},
	    .message = {.ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = LOOPBACK},
	    .attribute = {RTA_LENGTH(sizeof(uint32_t)), IFA_LOCAL},
	    .ip = htonl(ip),
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[256];
	} answer;

	if (send(fd, &request, sizeof(request), 0) != (ssize_t)sizeof(request) ||
	    recv(fd, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer.header) ||
	    answer.error.error != 0) {
		perror("rtnetlink");
		exit(2);
	}
}

static void on_change(void *context)
{
	(void)context;
}

static void on_quiet(uev_t *watcher, void *context, int events)
{
	(void)watcher;
	(void)events;
	*(bool *)context = true;
}

/* Until what the kernel has to say is read. */
static void settle(uev_ctx_t *loop)
{
	bool quiet = false;
	uev_t timer;

	uev_timer_init(loop, &timer, on_quiet, &quiet, 500, 0);
	while (!quiet)
		uev_run(loop, UEV_ONCE);
	uev_timer_stop(&timer);
}

static void test(int fd)
{
	uev_ctx_t loop;
	struct addresses *addresses;

	for (uint32_t i = 0; i < MANY; i++)
		change(fd, RTM_NEWADDR, BASE + i);
	uev_init(&loop);
	addresses = addresses_new(&loop, on_change, NULL);
	if (!addresses)
		exit(2);
	ok(addresses_have(addresses, BASE + MANY), "nothing is missed before the list is whole");
	for (int i = 0; i < 3; i++)
		uev_run(&loop, UEV_ONCE);
	for (uint32_t i = 0; i < FLAPS; i++) /* half of the list is here: some is lost */
		change(fd, i % 2 ? RTM_DELADDR : RTM_NEWADDR, BASE + MANY);
	settle(&loop);
	ok(addresses_have(addresses, BASE), "the first of the list is there");
	ok(addresses_have(addresses, BASE + MANY - 1), "the last of the list is there");
	ok(!addresses_have(addresses, BASE + MANY), "what came and went is not");
	change(fd, RTM_DELADDR, BASE);
	change(fd, RTM_NEWADDR, BASE + MANY);
	settle(&loop);
	ok(!addresses_have(addresses, BASE), "one has gone");
	ok(addresses_have(addresses, BASE + MANY), "one has come");
	change(fd, RTM_NEWADDR, BASE);
	change(fd, RTM_DELADDR, BASE + 1);
	for (uint32_t i = 0; i < FLAPS; i++)
		change(fd, i % 2 ? RTM_NEWADDR : RTM_DELADDR, BASE + MANY);
	change(fd, RTM_DELADDR, BASE + 2);
	settle(&loop);
	ok(addresses_have(addresses, BASE) && addresses_have(addresses, BASE + MANY),
	   "what was lost is asked for: there");
	ok(!addresses_have(addresses, BASE + 1) && !addresses_have(addresses, BASE + 2),
	   "what was lost is asked for: gone");
	addresses_free(addresses);
}

int main(void)
{
	int fd;

	if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
		printf("ok 1 addresses # skip no network namespace can be made here\n1..1\n");
		return EXIT_SUCCESS;
	}
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return 2;
	test(fd);
	close(fd);
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

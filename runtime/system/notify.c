/* SPDX-License-Identifier: ISC */
#include "runtime/system/notify.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * What NOTIFY_SOCKET of finit is: the number of a descriptor. What it reads there it knows only as
 * one line, so that what is said beside is left out.
 */
static void send_line(const char *number, const char *state)
{
	char line[64], *end;
	long fd = strtol(number, &end, 10);
	int length = snprintf(line, sizeof(line), "%.*s\n", (int)strcspn(state, "\n"), state);

	if (*end || fd <= STDERR_FILENO || fd > INT_MAX || length >= (int)sizeof(line))
		return;
	if (write((int)fd, line, (size_t)length) < 0)
		return; /* nobody listens */
}

/* What it is of systemd: the path of a socket. */
static void send_datagram(const char *path, const char *state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(path);
	int fd;

	if (length < 2 || length >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, length);
	if (*path == '@') /* an abstract one */
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
	close(fd);
}

void notify_send(const char *state)
{
	const char *to = getenv("NOTIFY_SOCKET");

	if (to && (*to == '/' || *to == '@'))
		send_datagram(to, state);
	else if (to && *to >= '0' && *to <= '9')
		send_line(to, state);
}

int notify_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long long value = usec ? strtoll(usec, NULL, 10) : 0;

	if (pid && strtoll(pid, NULL, 10) != (long long)getpid())
		return 0;
	if (value < 2000 || value / 2000 > INT_MAX)
		return 0;
	return (int)(value / 2000);
}

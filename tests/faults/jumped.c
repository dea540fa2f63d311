/* SPDX-License-Identifier: ISC */
/*
 * A library for LD_PRELOAD: the wall clock of the program that has it is ahead by as many seconds
 * as the file JUMPED of its environment says each time, or behind.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long ahead(void)
{
	const char *path = getenv("JUMPED");
	char text[32] = "";
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int status = (int)syscall(SYS_clock_gettime, clock, now);

	if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		now->tv_sec += (time_t)ahead();
	return status;
}

time_t time(time_t *room)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (room)
		*room = now.tv_sec;
	return now.tv_sec;
}

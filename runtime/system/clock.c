/* SPDX-License-Identifier: ISC */
#include "runtime/system/clock.h"

#include <time.h>

long long clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

long long clock_since_boot(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_BOOTTIME, &now) == 0 ? now.tv_sec : 0;
}

long long clock_wall(void)
{
	return time(NULL);
}

long long clock_wall_at(long long moment)
{
	struct timespec wall;

	clock_gettime(CLOCK_REALTIME, &wall);
	return (wall.tv_sec * 1000LL + wall.tv_nsec / 1000000 - (clock_now() - moment)) / 1000;
}

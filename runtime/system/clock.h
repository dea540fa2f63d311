/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CLOCK_H
#define WEIPSEC_CLOCK_H

/*
 * Time that nobody sets, but for the last: two of its moments have a difference, and mean nothing
 * else.
 */

/* Milliseconds, while the system is awake; greater than 0. */
long long clock_now(void);
/* Seconds since boot, asleep or awake: what outlives a process counts in these. */
long long clock_since_boot(void);
/* Seconds since 1970, which anybody may set: only for people to read, and for certificates. */
long long clock_wall(void);
/* What clock_wall() was at MOMENT of clock_now(), had it always been as it is set now. */
long long clock_wall_at(long long moment);

#endif

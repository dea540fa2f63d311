/* SPDX-License-Identifier: ISC */
/* When two devices with one identity are told from a peer that was restarted.  Prints TAP. */
#include "runtime/status/takeover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE 60000LL

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d takeover: %s\n", holds ? "" : "not ", ++count, what);
}

/* An IKE_SA is given up at NOW; another one, asked for TIMES, is up AFTER milliseconds. */
static void take_turn(struct takeover *takeover, long long now, long long after, int times)
{
	static const char lost[] = "giving up after 5 retransmits",
			  again[] = "retransmit 1 of request with message ID 0",
			  back[] = "IKE_SA ipsec1[2] established between a...b";
	const struct attempt ours = {.sa = 1, .is_ours = true};

	takeover_note(takeover, &ours, true, (struct slice){lost, strlen(lost)}, now);
	while (--times > 0)
		takeover_note(takeover, &ours, false, (struct slice){again, strlen(again)}, now);
	takeover_note(takeover, &ours, true, (struct slice){back, strlen(back)}, now + after);
}

static void test_forgotten(void)
{
	struct takeover takeover = {0};

	take_turn(&takeover, 1 * MINUTE, 5000, 1);
	ok(!takeover_is_here(&takeover, 2 * MINUTE), "a peer that was restarted is none");
	take_turn(&takeover, 3 * MINUTE, MINUTE, 1);
	ok(!takeover_is_here(&takeover, 5 * MINUTE), "nor one that is back later");
	take_turn(&takeover, 6 * MINUTE, 5000, 2);
	ok(!takeover_is_here(&takeover, 7 * MINUTE), "nor one that had to be asked twice");
	take_turn(&takeover, 8 * MINUTE, 5000, 1);
	ok(takeover_is_here(&takeover, 9 * MINUTE), "one that is back at once, twice, is");
	ok(takeover_is_here(&takeover, 68 * MINUTE) && !takeover_is_here(&takeover, 69 * MINUTE),
	   "for an hour");
	take_turn(&takeover, 90 * MINUTE, 5000, 1);
	ok(!takeover_is_here(&takeover, 91 * MINUTE), "and then as at first");
}

static void test_turns(void)
{
	static const char *const ips[] = {"192.0.2.7", "192.0.2.8"};
	struct cause cause = {.reason = REASON_NONE};
	struct takeover takeover = {0};
	struct attempt attempt = {.sa = 1, .peer = "one"};
	const struct slice line = {"IKE_SA ipsec1[1] established between a...b", 42};

	for (int i = 0; i < 4; i++) {
		ok(!takeover_is_there(&takeover, i * MINUTE, &cause),
		   "a change of address is none");
		attempt.ip = i % 2 ? 0xc0000208 : 0xc0000207;
		takeover_note(&takeover, &attempt, true, line, i * MINUTE);
	}
	ok(takeover_is_there(&takeover, 5 * MINUTE, &cause) && strstr(cause.values, ips[0]) &&
	       strstr(cause.values, ips[1]),
	   "three in turn are two devices");
	ok(!takeover_is_there(&takeover, 70 * MINUTE, &cause), "within an hour");
	snprintf(attempt.peer, sizeof(attempt.peer), "other");
	takeover_note(&takeover, &attempt, true, line, 6 * MINUTE);
	ok(!takeover_is_there(&takeover, 7 * MINUTE, &cause), "of one identity");
}

int main(void)
{
	test_forgotten();
	test_turns();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

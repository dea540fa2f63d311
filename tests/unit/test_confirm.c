/* SPDX-License-Identifier: ISC */
/*
 * What waits to be confirmed, and what is left of that for who comes after one who was killed: here
 * by opening the same state anew.  Prints TAP.
 */
#include "runtime/keep/confirm.h"
#include "runtime/system/clock.h"
#include "runtime/system/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int number, failures, calls;
static struct state state;
static uev_ctx_t loop;

static void check(bool good, const char *what)
{
	failures += !good;
	printf("%sok %d %s\n", good ? "" : "not ", ++number, what);
}

static void on_over(void *context)
{
	(void)context;
	calls++;
}

/* What another one finds. */
static struct confirm reopen(void)
{
	struct confirm confirm;

	confirm_open(&confirm, &state);
	return confirm;
}

static void test_phases(void)
{
	struct confirm confirm = reopen();
	unsigned generation;

	check(confirm.phase == CONFIRM_NOTHING, "a new state has nothing to be confirmed");
	check(confirm_find_before(&confirm, &generation) == ENOENT, "and nothing to go back to");
	check(confirm_watch(&confirm, &loop, on_over, NULL) == 0, "its time is watched");
	state.current = 3;
	check(confirm_begin(&confirm, 60) == 0 && confirm.phase == CONFIRM_BEGUN, "it begins");
	check(reopen().phase == CONFIRM_BEGUN && reopen().before == 3,
	      "killed before there is a new generation, it had only begun");
	state.current = 4;
	check(confirm_wait(&confirm) == 0 && confirm.phase == CONFIRM_WAITS, "it waits");
	check(confirm_find_before(&confirm, &generation) == 0 && generation == 3,
	      "a rollback leads to the generation before");
	check(reopen().phase == CONFIRM_WAITS && reopen().seconds > 50, "killed then, it waits");
	confirm_expire(&confirm);
	check(confirm.phase == CONFIRM_OVER && calls == 1, "the time is over");
	confirm_expire(&confirm);
	check(calls == 1, "once");
	check(confirm_end(&confirm) == 0 && confirm.phase == CONFIRM_NOTHING &&
		  reopen().phase == CONFIRM_NOTHING,
	      "it ends, and leaves nothing");
	check(confirm_end(&confirm) == 0, "what is not there ends, too");
}

/* As if written TIME seconds after now, of which it was to take at most SECONDS. */
static struct confirm reopen_at(json_int_t time, json_int_t seconds)
{
	folder_put_json(state.fd, "deadline",
			json_pack("{s:i, s:I, s:I, s:i}", "schema_version", 1, "time",
				  (json_int_t)clock_since_boot() + time, "seconds", seconds,
				  "generation", 0));
	return reopen();
}

static void test_time(void)
{
	struct confirm confirm = reopen_at(-1, 60);

	check(confirm.phase == CONFIRM_OVER && confirm.before == 0, "late, it goes back");
	confirm = reopen_at(30, 60);
	check(confirm.phase == CONFIRM_WAITS && confirm.seconds > 20 && confirm.seconds <= 30,
	      "in time, it waits for the rest");
	confirm = reopen_at(5000, 60);
	check(confirm.phase == CONFIRM_WAITS && confirm.seconds == 60,
	      "behind a reboot, for no longer than at first");
	confirm_end(&confirm);
}

/* What nobody of ours has written. */
static void test_nonsense(void)
{
	struct confirm confirm = reopen_at(60, -60);

	check(confirm.phase == CONFIRM_OVER, "less than no time is none");
	confirm = reopen_at((json_int_t)1 << 40, (json_int_t)1 << 40);
	check(confirm.phase == CONFIRM_WAITS && confirm.seconds == CONFIRM_MOST &&
		  confirm_watch(&confirm, &loop, on_over, NULL) == 0,
	      "more than there may be is as much as there may be");
	confirm_end(&confirm);
}

static void test_failure(void)
{
	struct confirm confirm = reopen();

	close(state.fd);
	state.fd = -1;
	check(confirm_begin(&confirm, 60) != 0 && confirm.phase == CONFIRM_NOTHING && *state.why,
	      "what cannot be written does not begin");
}

int main(void)
{
	char path[] = "/tmp/test_confirm.XXXXXX";

	if (!mkdtemp(path) || uev_init(&loop) != 0 || state_open(&state, path) != 0) {
		perror("test_confirm");
		return EXIT_FAILURE;
	}
	test_phases();
	test_time();
	test_nonsense();
	test_failure();
	state_close(&state);
	rmdir(path);
	printf("1..%d\n", number);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

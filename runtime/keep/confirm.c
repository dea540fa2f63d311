/* SPDX-License-Identifier: ISC */
#include "runtime/keep/confirm.h"

#include "runtime/system/clock.h"
#include "runtime/system/folder.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* ---- the file ---- */

static int write_deadline(const struct confirm *confirm)
{
	struct state *state = confirm->state;
	int error = folder_put_json(state->fd, "deadline",
				    json_pack("{s:i, s:I, s:i, s:i}", "schema_version", 1, "time",
					      (json_int_t)(clock_since_boot() + confirm->seconds),
					      "seconds", confirm->seconds, "generation",
					      (int)confirm->before));

	return error ? state_fail(state, error, "deadline") : 0;
}

/* Where whoever wrote DEADLINE was: without a new generation, it had only begun. */
static enum confirm_phase read_phase(const struct confirm *confirm, const json_t *deadline)
{
	if (!deadline)
		return CONFIRM_NOTHING;
	if (confirm->before == confirm->state->current)
		return CONFIRM_BEGUN;
	return confirm->seconds ? CONFIRM_WAITS : CONFIRM_OVER;
}

static int read_seconds(const json_t *deadline)
{
	json_int_t most = json_integer_value(json_object_get(deadline, "seconds"));
	json_int_t left =
	    json_integer_value(json_object_get(deadline, "time")) - clock_since_boot();

	left = left < most ? left : most;
	return left <= 0 ? 0 : left < CONFIRM_MOST ? (int)left : CONFIRM_MOST;
}

/* A folder that is not there has none; one that is damaged leads nowhere. */
static bool is_none(int error)
{
	return error == ENOENT || error == EBADF || error == EINVAL;
}

int confirm_open(struct confirm *confirm, struct state *state)
{
	json_t *deadline = folder_get_json(state->fd, "deadline");
	int error = deadline ? 0 : errno;

	*confirm = (struct confirm){
	    .state = state,
	    .before = (unsigned)json_integer_value(json_object_get(deadline, "generation")),
	    .seconds = read_seconds(deadline),
	};
	confirm->phase = read_phase(confirm, deadline);
	json_decref(deadline);
	return error && !is_none(error) ? state_fail(state, error, "deadline") : 0;
}

/* ---- the phases ---- */

/* The only one that changes it.  The timer runs in one phase; before confirm_watch() there is none.
 */
static void enter_confirm_phase(struct confirm *confirm, enum confirm_phase phase)
{
	confirm->ends = clock_now() + confirm->seconds * 1000LL;
	if (confirm->over && phase == CONFIRM_WAITS)
		uev_timer_set(&confirm->timer, confirm->seconds * 1000, 0);
	else if (confirm->over && confirm->phase == CONFIRM_WAITS)
		uev_timer_stop(&confirm->timer);
	confirm->phase = phase;
}

/* libuEv closes a timer that it cannot read. */
static void on_timer(uev_t *watcher, void *context, int events)
{
	struct confirm *confirm = context;
	long long left = confirm->ends - clock_now();

	if ((events & (int)UEV_ERROR) && left > 0 && uev_timer_set(watcher, (int)left, 0) == 0)
		return;
	confirm_expire(confirm);
}

int confirm_watch(struct confirm *confirm, uev_ctx_t *loop, void (*over)(void *context),
		  void *context)
{
	int first = confirm->phase == CONFIRM_WAITS ? confirm->seconds * 1000 : 0;

	confirm->ends = clock_now() + first;
	if (uev_timer_init(loop, &confirm->timer, on_timer, confirm, first, 0) != 0)
		return errno;
	confirm->over = over;
	confirm->context = context;
	return 0;
}

int confirm_begin(struct confirm *confirm, int seconds)
{
	int error;

	confirm->seconds = seconds;
	confirm->before = confirm->state->current;
	error = write_deadline(confirm);
	if (!error)
		enter_confirm_phase(confirm, CONFIRM_BEGUN);
	return error;
}

int confirm_wait(struct confirm *confirm)
{
	int error = write_deadline(confirm);

	enter_confirm_phase(confirm, CONFIRM_WAITS);
	return error;
}

void confirm_expire(struct confirm *confirm)
{
	if (confirm->phase == CONFIRM_OVER)
		return;
	enter_confirm_phase(confirm, CONFIRM_OVER);
	confirm->over(confirm->context);
}

int confirm_end(struct confirm *confirm)
{
	enter_confirm_phase(confirm, CONFIRM_NOTHING);
	if (unlinkat(confirm->state->fd, "deadline", 0) == 0)
		(void)fsync(confirm->state->fd);
	else if (errno != ENOENT)
		return state_fail(confirm->state, errno, "deadline");
	return 0;
}

int confirm_find_before(const struct confirm *confirm, unsigned *generation)
{
	struct state *state = confirm->state;
	int error;

	*generation = confirm->before;
	if (confirm->phase != CONFIRM_NOTHING)
		return 0;
	error = state_previous(state, generation);
	if (error || *generation)
		return error;
	snprintf(state->why, sizeof(state->why), "there is nothing to go back to");
	return ENOENT;
}

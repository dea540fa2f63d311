/* SPDX-License-Identifier: ISC */
#include "runtime/status/takeover.h"

#include "compiler/base/text.h"

#include <string.h>

#define HOUR 3600000
#define AT_ONCE 30000 /* charon tries again as soon as it gave up, we some seconds later */
#define RETURNS 2     /* one is any peer that was restarted */

static void note_return(struct takeover *takeover, long long now)
{
	if (!takeover->lost || now - takeover->lost > AT_ONCE)
		return;
	if (now - takeover->returned > HOUR)
		takeover->returns = 0;
	takeover->returns++;
	takeover->returned = now;
	takeover->lost = 0;
}

static void note_turn(struct takeover *takeover, const struct attempt *attempt, long long now)
{
	const struct slice identity = {attempt->peer, strlen(attempt->peer)};
	struct takeover_turn turn = {attempt->ip, slice_hash(identity), now};

	if (takeover->turns[0].ip == turn.ip && takeover->turns[0].identity == turn.identity)
		return;
	memmove(&takeover->turns[1], &takeover->turns[0],
		(TAKEOVER_TURNS - 1) * sizeof(takeover->turns[0]));
	takeover->turns[0] = turn;
	memcpy(takeover->identity, attempt->peer, sizeof(takeover->identity));
}

void takeover_note(struct takeover *takeover, const struct attempt *attempt, bool established,
		   struct slice line, long long now)
{
	bool is_over = line_has(line, "giving up after ") || line_has(line, "DPD check timed out");

	if (line_has(line, " established between ") && line_has(line, "IKE_SA ")) {
		note_return(takeover, now);
		if (!attempt->is_ours && attempt->ip)
			note_turn(takeover, attempt, now);
	} else if (is_over && established) {
		takeover->lost = now;
	} else if (line_has(line, "retransmit ") && !established) {
		takeover->lost = 0; /* nobody answers: there was no other device */
	}
}

bool takeover_is_here(const struct takeover *takeover, long long now)
{
	return takeover->returns >= RETURNS && now - takeover->returned <= HOUR;
}

bool takeover_is_there(const struct takeover *takeover, long long now, struct cause *cause)
{
	const struct takeover_turn *turns = takeover->turns;
	uint32_t one = turns[0].ip, other = turns[1].ip;

	if (!turns[TAKEOVER_TURNS - 1].ip || now - turns[TAKEOVER_TURNS - 1].time > HOUR)
		return false;
	for (int i = 0; i < TAKEOVER_TURNS; i++) {
		if (turns[i].ip != (i % 2 ? other : one) || turns[i].identity != turns[0].identity)
			return false;
	}
	cause_add(cause, "'%s' is at " IP_FORMAT " and " IP_FORMAT, takeover->identity,
		  IP_BYTES(one), IP_BYTES(other));
	return true;
}

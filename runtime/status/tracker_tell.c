/* SPDX-License-Identifier: ISC */
/* What is said of each tunnel: why it is down, or what is not well with it. */
#include "runtime/status/followed.h"

_Static_assert(STATUS_WARNINGS >= WELLBEING_CAUSES + 2, "more warnings than there is room for");

static struct cause make_cause(enum reason reason)
{
	return (struct cause){.reason = reason};
}

/* charon has said nothing: what can be told from the state alone. */
static struct cause cause_of_state(const struct followed *followed, const struct tunnel *tunnel)
{
	if (followed->summary.state == TUNNEL_IKE_ESTABLISHED)
		return make_cause(REASON_NO_KEYS);
	if (followed->summary.state != TUNNEL_UNKNOWN)
		return make_cause(REASON_NONE);
	if (!tunnel->initiator)
		return make_cause(REASON_NOBODY_STARTS);
	return make_cause(tunnel->dpd_action == DPD_RESTART ? REASON_NONE : REASON_TRAFFIC_STARTS);
}

/* What is wrong as far as can be seen at once. */
static struct cause cause_at_once(const struct tracker *tracker, size_t index)
{
	const struct followed *followed = &tracker->tunnels[index];
	const struct tunnel *tunnel = tracker->model->tunnels[index];
	struct cause cause = make_cause(REASON_NONE);

	if (!tunnel->enabled)
		return make_cause(REASON_DISABLED);
	if (tracker->is_blind)
		return make_cause(REASON_CHARON_DOWN);
	if (followed->summary.state == TUNNEL_INSTALLED && !followed_is_unanswered(followed))
		return cause;
	if (followed->no_address) {
		cause.reason = REASON_NO_ADDRESS;
		cause_add(&cause, IP_FORMAT, IP_BYTES(tunnel->local_address.ip));
	} else if (followed->unknown_to_charon) {
		cause.reason = REASON_NOT_LOADED;
	}
	return cause;
}

/* Somebody who is no tunnel's peer asks, and this one's peer does not. */
static struct cause cause_of_elsewhere(const struct tracker *tracker, size_t index)
{
	const struct followed *followed = &tracker->tunnels[index];
	const struct tunnel *tunnel = tracker->model->tunnels[index];
	struct cause cause = make_cause(REASON_NONE);

	for (size_t i = 0; i < ELSEWHERE && tunnel->peer.set; i++) {
		const struct hearsay *hearsay = &tracker->elsewhere[i];

		if (!hearsay_cause(hearsay, followed->looked))
			continue;
		cause.reason = REASON_PEER_ELSEWHERE;
		cause_add(&cause, IP_FORMAT " asks, and peer is " IP_FORMAT, IP_BYTES(hearsay->ip),
			  IP_BYTES(tunnel->peer.ip));
		return cause;
	}
	return cause;
}

/* The peer ended it, and does not say why, or says so of us. */
static bool is_of_us(enum reason reason)
{
	return reason == REASON_REFUSED || reason == REASON_CERTIFICATE_REFUSED ||
	       reason == REASON_PEER_ENDED || reason == REASON_PEER_REFUSES;
}

/* What was said of it while it was made, or while it ended; no reason if nothing was. */
static struct cause cause_of_log(const struct followed *followed)
{
	const struct cause *heard = hearsay_cause(&followed->hearsay, followed->looked);
	struct cause own = make_cause(REASON_NONE);

	if (heard && (!followed->cause.reason || followed->is_hint ||
		      followed->hearsay.last > followed->reasoned))
		return *heard;
	if (!is_of_us(followed->cause.reason))
		return followed->cause;
	if (followed->target)
		cause_of_certificate(&own, followed->target);
	return own.reason ? own : followed->cause;
}

static struct cause cause_of_silence(const struct followed *followed)
{
	return make_cause(takeover_is_here(&followed->takeover, followed->looked)
			      ? REASON_FORGOTTEN
			      : REASON_NO_ANSWER);
}

static struct cause cause_of(const struct tracker *tracker, size_t index)
{
	const struct followed *followed = &tracker->tunnels[index];
	struct cause cause;

	if (followed_is_unanswered(followed))
		return cause_of_silence(followed);
	if (followed->summary.state == TUNNEL_INSTALLED)
		return make_cause(REASON_NONE);
	cause = make_cause(REASON_SHARED_IDENTITY);
	if (takeover_is_there(&followed->takeover, followed->looked, &cause))
		return cause;
	cause = cause_of_log(followed);
	if (!cause.reason)
		cause = cause_of_elsewhere(tracker, index);
	return cause.reason ? cause : cause_of_state(followed, tracker->model->tunnels[index]);
}

#define WARNINGS_MOST (WELLBEING_CAUSES + 2)

/* What is not well with a tunnel that is up. */
static size_t warnings_of(const struct followed *followed, struct cause causes[WARNINGS_MOST])
{
	size_t count;

	if (followed->summary.state != TUNNEL_INSTALLED || followed_is_unanswered(followed))
		return 0;
	count = wellbeing_causes(&followed->wellbeing, followed->looked, causes);
	if (takeover_is_here(&followed->takeover, followed->looked))
		causes[count++] = make_cause(WARNING_TAKEN_HERE);
	causes[count] = make_cause(WARNING_TAKEN_THERE);
	if (takeover_is_there(&followed->takeover, followed->looked, &causes[count]))
		count++;
	return count;
}

void tracker_tell(const struct tracker *tracker, size_t index, bool logged,
		  struct status_notes *notes)
{
	const struct tunnel *tunnel = tracker->model->tunnels[index];
	struct cause cause = cause_at_once(tracker, index), causes[WARNINGS_MOST];

	if (!cause.reason && logged)
		cause = cause_of(tracker, index);
	note_make(&notes->why, &cause, tracker->model, tunnel);
	notes->count = cause.reason ? 0 : warnings_of(&tracker->tunnels[index], causes);
	for (size_t i = 0; i < notes->count; i++)
		note_make(&notes->warnings[i], &causes[i], tracker->model, tunnel);
}

void tracker_take_news(struct tracker *tracker, size_t index, struct status_notes *notes)
{
	struct followed *followed = &tracker->tunnels[index];
	struct cause causes[WARNINGS_MOST];
	size_t count = warnings_of(followed, causes);
	uint32_t now = 0;

	notes->count = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t bit = UINT32_C(1) << (causes[i].reason - WARNING_REKEY_ESP);

		now |= bit;
		if (!(followed->told & bit))
			note_make(&notes->warnings[notes->count++], &causes[i], tracker->model,
				  tracker->model->tunnels[index]);
	}
	followed->told = now;
}

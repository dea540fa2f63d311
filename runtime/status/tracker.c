/* SPDX-License-Identifier: ISC */
#include "runtime/status/followed.h"

#include <stdlib.h>
#include <string.h>

/* A tunnel that failed at once is tried again soon, and less and less often. */
#define RETRY_FIRST 2000
#define RETRY_MOST 60000

/*
 * What goes wrong while a tunnel is up is why it goes down, if it goes soon: charon repeats a
 * rekeying that was refused within half a minute.
 */
#define REASON_STAYS 60000

/* charon waits as long for an answer to its first try (charon.retransmit_timeout). */
#define ANSWER_TIME 4000

struct tracker *tracker_new(void)
{
	struct tracker *tracker = calloc(1, sizeof(*tracker));

	if (tracker)
		tracker->is_blind = true;
	return tracker;
}

void tracker_free(struct tracker *tracker)
{
	if (tracker)
		free(tracker->tunnels);
	free(tracker);
}

static struct followed *find_followed(const struct tracker *tracker, int id)
{
	for (size_t i = 0; i < tracker->count; i++) {
		if (tracker->tunnels[i].id == id)
			return &tracker->tunnels[i];
	}
	return NULL;
}

void tracker_follow(struct tracker *tracker, const struct model *model, const struct target *target)
{
	size_t count = model ? model->count : 0;
	struct followed *tunnels = count ? calloc(count, sizeof(*tunnels)) : NULL;

	for (size_t i = 0; tunnels && i < count; i++) {
		const struct followed *before = find_followed(tracker, model->tunnels[i]->id);

		if (before)
			tunnels[i] = *before;
		else
			tunnels[i] = (struct followed){.retry_after = RETRY_FIRST};
		tunnels[i].id = model->tunnels[i]->id;
		tunnels[i].target = target ? target_find(target, tunnels[i].id) : NULL;
	}
	free(tracker->tunnels);
	tracker->tunnels = tunnels;
	tracker->count = tunnels ? count : 0;
	tracker->model = model;
}

size_t tracker_count(const struct tracker *tracker)
{
	return tracker->count;
}

void tracker_forget(struct tracker *tracker, int id)
{
	struct followed *followed = find_followed(tracker, id);

	if (followed)
		*followed = (struct followed){
		    .id = id, .retry_after = RETRY_FIRST, .target = followed->target};
}

void tracker_lose(struct tracker *tracker)
{
	tracker->is_blind = true;
	memset(&tracker->attempts, 0, sizeof(tracker->attempts));
	for (size_t i = 0; i < tracker->count; i++)
		tracker_forget(tracker, tracker->tunnels[i].id);
}

/* ---- looking ---- */

/*
 * It was up when charon was ASKED, and before as BEFORE says: what led there is no reason any
 * longer; but what was said since then may be why it is down by now.
 */
static void forget_reason(struct followed *followed, const struct status_summary *before,
			  long long asked)
{
	bool is_new = before->state != TUNNEL_INSTALLED ||
		      followed->summary.since_rekey < before->since_rekey;
	bool is_over = is_new || followed->is_hint ||
		       followed->looked - followed->reasoned > REASON_STAYS;

	if (is_over && followed->reasoned <= asked)
		followed->cause.reason = REASON_NONE;
	if (is_new)
		wellbeing_renew(&followed->wellbeing);
	if (followed->hearsay.last <= asked)
		followed->hearsay = (struct hearsay){.ip = 0};
}

static bool is_word(struct slice sa, const char *key, const char *word)
{
	struct slice value = vici_get(sa, key);

	return value.at && slice_is(value, word);
}

/*
 * True if the tunnel rests on this IKE_SA of version 1.  One that another took the place of gets no
 * answer any more; and version 2 shows itself that one is open.
 */
static bool rests_on(const struct running_tunnel *running, long long uniqueid)
{
	bool rests = false;

	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next) {
		bool is_established = is_word(sa->section, "state", "ESTABLISHED");

		if (vici_get_number(sa->section, "uniqueid", -1) == uniqueid)
			rests = is_established && is_word(sa->section, "version", "1");
		else if (is_established)
			return false;
	}
	return rests;
}

/* True if one of its CHILD_SAs has received a packet within the last AGO milliseconds. */
static bool has_received(struct slice sa, long long ago)
{
	struct slice children = vici_get_body(sa, "child-sas");
	struct vici_element element;

	while (children.at && vici_next(&children, &element)) {
		long long used = element.kind == VICI_SECTION
				     ? vici_get_number(element.value, "use-in", -1)
				     : -1;

		if (used >= 0 && (used + 1) * 1000 <= ago) /* whole seconds, rounded down */
			return true;
	}
	return false;
}

/*
 * Version 1 probes no more once packets come, so that nothing but these tells that the peer is
 * there.
 */
static bool has_received_since(const struct followed *followed,
			       const struct running_tunnel *running)
{
	for (const struct running_sa *sa = running->sas; sa; sa = sa->next) {
		if (vici_get_number(sa->section, "uniqueid", -1) == followed->probed_sa)
			return has_received(sa->section, followed->looked - followed->probed);
	}
	return false;
}

/* ---- what is repeated ---- */

static bool has_number(const long long *numbers, long long number)
{
	for (size_t i = 0; i < FOLLOWED_SAS; i++) {
		if (numbers[i] == number)
			return true;
	}
	return false;
}

/* The first one goes if there is no room. */
static void add_number(long long *numbers, long long number)
{
	size_t i = 0;

	if (has_number(numbers, number))
		return;
	while (i < FOLLOWED_SAS && numbers[i])
		i++;
	numbers[i % FOLLOWED_SAS] = number;
}

void followed_repeat(struct followed *followed, long long sa)
{
	add_number(followed->repeating, sa);
}

void followed_answer(struct followed *followed, long long sa)
{
	for (size_t i = 0; i < FOLLOWED_SAS; i++) {
		if (followed->repeating[i] == sa)
			followed->repeating[i] = 0;
	}
}

/* One that is gone, or established and has nothing open, repeats nothing any more. */
static void look_at_repeating(struct followed *followed, const struct running_tunnel *running)
{
	long long before[FOLLOWED_SAS];

	memcpy(before, followed->repeating, sizeof(before));
	memset(followed->repeating, 0, sizeof(followed->repeating));
	memset(followed->waiting, 0, sizeof(followed->waiting));
	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next) {
		long long number = vici_get_number(sa->section, "uniqueid", 0);
		bool is_open = vici_get_body(sa->section, "tasks-active").length > 0;
		bool is_established = status_is_established(sa->section);

		if (is_established && is_open)
			add_number(followed->waiting, number);
		if ((is_open || !is_established) && has_number(before, number))
			add_number(followed->repeating, number);
	}
}

static bool repeats(const struct followed *followed)
{
	bool any = false;

	for (size_t i = 0; i < FOLLOWED_SAS; i++) {
		if (followed->waiting[i] && !has_number(followed->repeating, followed->waiting[i]))
			return false;
		any = any || followed->waiting[i];
	}
	return any;
}

/* ---- one look ---- */

static void look_at(struct followed *followed, const struct tunnel *tunnel,
		    const struct running *running, const struct addresses *addresses,
		    long long asked, long long now)
{
	const struct running_tunnel *found = running_find(running, followed->id);
	const struct status_summary before = followed->summary;
	bool had_address = !followed->no_address;

	followed->looked = now;
	followed->summary = status_of(found);
	followed->unknown_to_charon = !found || !found->has_connection;
	look_at_repeating(followed, found);
	/* no answer can come any more, or none is needed */
	if (!rests_on(found, followed->probed_sa) || has_received_since(followed, found))
		followed->probed = 0;
	followed->no_address =
	    tunnel->local_address.set && !addresses_have(addresses, tunnel->local_address.ip);
	if (followed->summary.state == TUNNEL_INSTALLED) {
		forget_reason(followed, &before, asked);
		followed->retry_after = RETRY_FIRST;
		followed->retry_at = 0;
		followed->has_come = false;
	}
	/* an address that has come is a reason to try at once, since nothing could before */
	if (!had_address && !followed->no_address) {
		followed->has_come = true;
		followed->cause.reason = REASON_NONE;
	}
	wellbeing_look(&followed->wellbeing, tunnel, found, now);
}

void tracker_look(struct tracker *tracker, const struct running *running,
		  const struct addresses *addresses, long long asked, long long now)
{
	tracker->is_blind = false;
	for (size_t i = 0; i < tracker->count; i++)
		look_at(&tracker->tunnels[i], tracker->model->tunnels[i], running, addresses, asked,
			now);
}

/* ---- what is known ---- */

bool followed_is_unanswered(const struct followed *followed)
{
	if (followed->summary.state < TUNNEL_IKE_ESTABLISHED)
		return false;
	return (followed->summary.waits && repeats(followed)) ||
	       (followed->probed && followed->looked - followed->probed > ANSWER_TIME);
}

struct status_summary tracker_summary(const struct tracker *tracker, size_t index,
				      const struct running *running)
{
	const struct followed *followed = &tracker->tunnels[index];
	struct status_summary summary = status_of(running_find(running, followed->id));

	if (followed_is_unanswered(followed))
		summary.state = TUNNEL_RETRANSMISSION;
	return summary;
}

/* ---- starting ---- */

bool tracker_due(struct tracker *tracker, size_t index, long long now)
{
	const struct tunnel *tunnel = tracker->model->tunnels[index];
	struct followed *followed = &tracker->tunnels[index];

	/* one that waits has its child under way: version 1 would make another */
	if (!tunnel->enabled || !tunnel->initiator || followed->no_address ||
	    followed->unknown_to_charon || followed->summary.waits ||
	    (followed->summary.state != TUNNEL_UNKNOWN &&
	     followed->summary.state != TUNNEL_IKE_ESTABLISHED))
		return false;
	if (followed->has_come) {
		followed->has_come = false;
		return true;
	}
	if (tunnel->dpd_action != DPD_RESTART)
		return false;
	if (!followed->retry_at) {
		followed->retry_at = now + followed->retry_after;
		return false;
	}
	if (now < followed->retry_at)
		return false;
	followed->retry_after *= 2;
	if (followed->retry_after > RETRY_MOST)
		followed->retry_after = RETRY_MOST;
	followed->retry_at = now + followed->retry_after;
	return true;
}

bool tracker_is_stubborn(const struct tracker *tracker, size_t index)
{
	return tracker->tunnels[index].retry_after == RETRY_MOST;
}

/* SPDX-License-Identifier: ISC */
#include "runtime/tracker.h"

#include "runtime/reason.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tunnel that failed at once is tried again soon, and less and less often. */
#define RETRY_FIRST 2000
#define RETRY_MOST 60000

/* charon waits as long for an answer to its first try (charon.retransmit_timeout). */
#define ANSWER_TIME 4000

struct followed {
	int id;
	const char *reason; /* what charon logged last */
	bool retransmits;   /* since an answer came */
	long long probed;   /* version 1: when DPD asked last and had no answer yet; 0: never */
	long long looked;   /* when it was looked at last */
	struct status_summary summary;
	bool no_address;	/* its local-address is on no interface */
	bool unknown_to_charon; /* which has no such connection */
	long long retry_at;
	int retry_after;
};

struct tracker {
	const struct model *model;
	struct followed *tunnels; /* as in the model */
	size_t count;
};

struct tracker *tracker_new(void)
{
	return calloc(1, sizeof(struct tracker));
}

void tracker_free(struct tracker *tracker)
{
	if (tracker)
		free(tracker->tunnels);
	free(tracker);
}

static struct followed *find(const struct tracker *tracker, int id)
{
	for (size_t i = 0; i < tracker->count; i++) {
		if (tracker->tunnels[i].id == id)
			return &tracker->tunnels[i];
	}
	return NULL;
}

void tracker_follow(struct tracker *tracker, const struct model *model)
{
	size_t count = model ? model->count : 0;
	struct followed *tunnels = count ? calloc(count, sizeof(*tunnels)) : NULL;

	for (size_t i = 0; tunnels && i < count; i++) {
		const struct followed *before = find(tracker, model->tunnels[i]->id);

		if (before)
			tunnels[i] = *before;
		else
			tunnels[i] = (struct followed){.retry_after = RETRY_FIRST};
		tunnels[i].id = model->tunnels[i]->id;
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
	struct followed *followed = find(tracker, id);

	if (followed)
		*followed = (struct followed){.id = id, .retry_after = RETRY_FIRST};
}

void tracker_lose(struct tracker *tracker)
{
	for (size_t i = 0; i < tracker->count; i++)
		tracker_forget(tracker, tracker->tunnels[i].id);
}

/* ---- the log ---- */

static bool has(struct slice line, const char *words)
{
	return memmem(line.at, line.length, words, strlen(words)) != NULL;
}

/* Version 1 sends its probes once, and nothing shows that one is open. */
static void note_probe(struct followed *followed, struct slice line, long long now)
{
	if (has(line, "sending DPD request") && !followed->probed)
		followed->probed = now;
	else if (has(line, "N(DPD_ACK)") || has(line, "parsed INFORMATIONAL response"))
		followed->probed = 0;
}

void tracker_log(struct tracker *tracker, struct slice message, long long now)
{
	struct slice name = vici_get(message, "ikesa-name"), line = vici_get(message, "msg");
	struct followed *followed = NULL;
	const char *reason;
	char wanted[16];

	for (size_t i = 0; name.at && line.at && i < tracker->count && !followed; i++) {
		snprintf(wanted, sizeof(wanted), "ipsec%d", tracker->tunnels[i].id);
		if (slice_is(name, wanted))
			followed = &tracker->tunnels[i];
	}
	if (!followed)
		return;
	reason = reason_of(line);
	if (reason)
		followed->reason = reason;
	if (has(line, "retransmit"))
		followed->retransmits = true;
	note_probe(followed, line, now);
}

/* ---- looking ---- */

static void look_at(struct followed *followed, const struct tunnel *tunnel,
		    const struct running *running, const struct addresses *addresses, long long now)
{
	const struct running_tunnel *found = running_find(running, followed->id);
	bool had_address = !followed->no_address;

	followed->looked = now;
	followed->summary = status_of(found);
	followed->unknown_to_charon = !found || !found->has_connection;
	if (!followed->summary.waits)
		followed->retransmits = false;
	followed->no_address =
	    tunnel->local_address.set && !addresses_have(addresses, tunnel->local_address.ip);
	if (followed->summary.state == STATUS_INSTALLED) {
		followed->reason = NULL;
		followed->retry_after = RETRY_FIRST;
		followed->retry_at = 0;
	}
	/* an address that has come is a reason to try at once */
	if (!had_address && !followed->no_address)
		followed->retry_at = 1;
}

void tracker_look(struct tracker *tracker, const struct running *running,
		  const struct addresses *addresses, long long now)
{
	for (size_t i = 0; i < tracker->count; i++)
		look_at(&tracker->tunnels[i], tracker->model->tunnels[i], running, addresses, now);
}

/* ---- what is known ---- */

static bool is_unanswered(const struct followed *followed)
{
	if (followed->summary.state < STATUS_IKE_ESTABLISHED)
		return false;
	return (followed->summary.waits && followed->retransmits) ||
	       (followed->probed && followed->looked - followed->probed > ANSWER_TIME);
}

struct status_summary tracker_summary(const struct tracker *tracker, size_t index,
				      const struct running *running)
{
	const struct followed *followed = &tracker->tunnels[index];
	struct status_summary summary = status_of(running_find(running, followed->id));

	if (is_unanswered(followed))
		summary.state = STATUS_RETRANSMISSION;
	return summary;
}

const char *tracker_why(const struct tracker *tracker, size_t index)
{
	const struct followed *followed = &tracker->tunnels[index];

	if (!tracker->model->tunnels[index]->enabled)
		return NULL;
	if (is_unanswered(followed))
		return "the peer does not answer: see peer, and the firewall (UDP 500 and 4500)";
	if (followed->summary.state == STATUS_INSTALLED)
		return NULL;
	if (followed->no_address)
		return "local-address is on no interface of this device";
	if (followed->reason)
		return followed->reason;
	return followed->unknown_to_charon ? "charon does not have this tunnel" : NULL;
}

bool tracker_due(struct tracker *tracker, size_t index, long long now)
{
	const struct tunnel *tunnel = tracker->model->tunnels[index];
	struct followed *followed = &tracker->tunnels[index];

	if (!tunnel->enabled || !tunnel->initiator || tunnel->dpd_action != DPD_RESTART ||
	    followed->no_address || followed->unknown_to_charon ||
	    (followed->summary.state != STATUS_UNKNOWN &&
	     followed->summary.state != STATUS_IKE_ESTABLISHED))
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

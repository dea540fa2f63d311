/* SPDX-License-Identifier: ISC */
#include "runtime/status/tracker.h"

#include "runtime/status/reason.h"

#include <arpa/inet.h>
#include <stdio.h>
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

struct followed {
	int id;
	const struct reason *reason; /* what charon logged last, or NULL */
	bool is_weak;		     /* that, or it is of an earlier try */
	long long reasoned;	     /* when it was logged */
	bool retransmits;	     /* since an answer came */
	long long probed;    /* version 1: when DPD asked last and had no answer yet; 0: never */
	long long probed_sa; /* of which IKE_SA */
	long long looked;    /* when it was looked at last */
	struct status_summary summary;
	bool no_address;	/* its local-address is on no interface: */
	char address[80];	/* as a reason */
	bool unknown_to_charon; /* which has no such connection */
	bool has_come;		/* that address, and the tunnel was not started since */
	long long retry_at;
	int retry_after;
};

/*
 * The responder's SA has no tunnel's name until the peer has said who it is; what goes wrong before
 * is of the tunnel to that address.
 */
struct stranger {
	long long sa; /* charon's number for it */
	uint32_t ip;
};

struct tracker {
	struct stranger stranger; /* the last one */
	const struct model *model;
	struct followed *tunnels; /* as in the model */
	size_t count;
	bool is_blind; /* charon was not looked at since it came */
};

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

void tracker_follow(struct tracker *tracker, const struct model *model)
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
		*followed = (struct followed){.id = id, .retry_after = RETRY_FIRST};
}

void tracker_lose(struct tracker *tracker)
{
	tracker->is_blind = true;
	for (size_t i = 0; i < tracker->count; i++)
		tracker_forget(tracker, tracker->tunnels[i].id);
}

/* ---- the log ---- */

static bool has(struct slice line, const char *words)
{
	return memmem(line.at, line.length, words, strlen(words)) != NULL;
}

/* Version 1 sends its probes once, and nothing shows that one is open. */
static void note_probe(struct followed *followed, struct slice line, long long sa, long long now)
{
	if (has(line, "N(DPD_ACK)") || has(line, "parsed INFORMATIONAL response"))
		followed->probed = 0;
	if (!has(line, "sending DPD request") || followed->probed)
		return;
	followed->probed = now;
	followed->probed_sa = sa;
}

/* `received packet: from 192.0.2.1[500] to ...' */
static void note_stranger(struct tracker *tracker, struct slice line, long long sa)
{
	static const char words[] = "received packet: from ";
	const size_t length = sizeof(words) - 1;
	char address[INET_ADDRSTRLEN];
	struct in_addr ip;
	size_t i = 0;

	if (line.length <= length || memcmp(line.at, words, length) != 0)
		return;
	while (i + 1 < sizeof(address) && length + i < line.length && line.at[length + i] != '[') {
		address[i] = line.at[length + i];
		i++;
	}
	address[i] = '\0';
	if (inet_pton(AF_INET, address, &ip) == 1)
		tracker->stranger = (struct stranger){sa, ntohl(ip.s_addr)};
}

/* The one tunnel that the stranger can be the peer of, or NULL. */
static struct followed *find_stranger(const struct tracker *tracker, long long sa)
{
	struct followed *found = NULL;
	bool exact = false;

	for (size_t i = 0; i < tracker->count; i++) {
		const struct tunnel *tunnel = tracker->model->tunnels[i];
		bool fits = tunnel->peer.set && tunnel->peer.ip == tracker->stranger.ip;

		if (!tunnel->enabled || sa != tracker->stranger.sa || (tunnel->peer.set && !fits) ||
		    (exact && !fits))
			continue;
		if (found && exact == fits)
			return NULL;
		found = &tracker->tunnels[i];
		exact = fits;
	}
	return found;
}

static struct followed *find_named(struct tracker *tracker, struct slice name, struct slice line,
				   long long sa)
{
	char wanted[16];

	if (slice_is(name, "(unnamed)")) {
		note_stranger(tracker, line, sa);
		return find_stranger(tracker, sa);
	}
	for (size_t i = 0; i < tracker->count; i++) {
		snprintf(wanted, sizeof(wanted), "ipsec%d", tracker->tunnels[i].id);
		if (slice_is(name, wanted))
			return &tracker->tunnels[i];
	}
	return NULL;
}

/* What follows from a reason does not take its place, unless it is of another try. */
static void note_reason(struct followed *followed, struct slice line, long long now)
{
	const struct reason *reason = reason_of(line);

	if (has(line, "initiating "))
		followed->is_weak = true;
	if (!reason || (reason->weak && followed->reason && !followed->is_weak))
		return;
	followed->reason = reason;
	followed->is_weak = reason->weak;
	followed->reasoned = now;
}

void tracker_log(struct tracker *tracker, struct slice message, long long now)
{
	struct slice name = vici_get(message, "ikesa-name"), line = vici_get(message, "msg");
	long long sa = vici_get_number(message, "ikesa-uniqueid", -1);
	struct followed *followed = name.at && line.at ? find_named(tracker, name, line, sa) : NULL;

	if (!followed)
		return;
	note_reason(followed, line, now);
	if (has(line, "retransmit"))
		followed->retransmits = true;
	note_probe(followed, line, sa, now);
}

/* ---- looking ---- */

/* It is up, and was as BEFORE says: what led there is no reason any longer. */
static void forget_reason(struct followed *followed, const struct status_summary *before)
{
	bool is_new = before->state != TUNNEL_INSTALLED ||
		      followed->summary.since_rekey < before->since_rekey;

	if (is_new || followed->is_weak || followed->looked - followed->reasoned > REASON_STAYS)
		followed->reason = NULL;
}

static bool has_sa(const struct running_tunnel *running, long long uniqueid)
{
	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next) {
		if (vici_get_number(sa->section, "uniqueid", -1) == uniqueid)
			return true;
	}
	return false;
}

static void look_at(struct followed *followed, const struct tunnel *tunnel,
		    const struct running *running, const struct addresses *addresses, long long now)
{
	const struct running_tunnel *found = running_find(running, followed->id);
	const struct status_summary before = followed->summary;
	bool had_address = !followed->no_address;

	followed->looked = now;
	followed->summary = status_of(found);
	followed->unknown_to_charon = !found || !found->has_connection;
	if (!followed->summary.waits)
		followed->retransmits = false;
	if (!has_sa(found, followed->probed_sa)) /* no answer can come any more */
		followed->probed = 0;
	followed->no_address =
	    tunnel->local_address.set && !addresses_have(addresses, tunnel->local_address.ip);
	snprintf(followed->address, sizeof(followed->address),
		 "local-address " IP_FORMAT " is on no interface of this device",
		 IP_BYTES(tunnel->local_address.ip));
	if (followed->summary.state == TUNNEL_INSTALLED) {
		forget_reason(followed, &before);
		followed->retry_after = RETRY_FIRST;
		followed->retry_at = 0;
		followed->has_come = false;
	}
	/* an address that has come is a reason to try at once, since nothing could before */
	if (!had_address && !followed->no_address) {
		followed->has_come = true;
		followed->reason = NULL;
	}
}

void tracker_look(struct tracker *tracker, const struct running *running,
		  const struct addresses *addresses, long long now)
{
	tracker->is_blind = false;
	for (size_t i = 0; i < tracker->count; i++)
		look_at(&tracker->tunnels[i], tracker->model->tunnels[i], running, addresses, now);
}

/* ---- what is known ---- */

static bool is_unanswered(const struct followed *followed)
{
	if (followed->summary.state < TUNNEL_IKE_ESTABLISHED)
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
		summary.state = TUNNEL_RETRANSMISSION;
	return summary;
}

/* charon has said nothing: what can be told from the state alone, or NULL. */
static const char *why_of_state(const struct followed *followed, const struct tunnel *tunnel)
{
	if (followed->summary.state == TUNNEL_IKE_ESTABLISHED)
		return "the peers know each other, but have no keys for traffic: compare esp, "
		       "local-subnet and remote-subnet at both ends";
	if (followed->summary.state != TUNNEL_UNKNOWN)
		return NULL;
	if (!tunnel->initiator)
		return "waiting for the peer to start it: see initiator at its end";
	return tunnel->dpd_action == DPD_RESTART
		   ? NULL
		   : "it is started again by traffic only: see dpd-action";
}

const char *tracker_fault(const struct tracker *tracker, size_t index)
{
	const struct followed *followed = &tracker->tunnels[index];

	if (!tracker->model->tunnels[index]->enabled)
		return "it is not enabled: see enable";
	if (tracker->is_blind)
		return "charon is out of reach: see its service, and --vici";
	if (followed->summary.state == TUNNEL_INSTALLED && !is_unanswered(followed))
		return NULL;
	if (followed->no_address)
		return followed->address;
	return followed->unknown_to_charon ? "charon does not have this tunnel: apply it again"
					   : NULL;
}

const char *tracker_why(const struct tracker *tracker, size_t index)
{
	const struct followed *followed = &tracker->tunnels[index];
	const char *fault = tracker_fault(tracker, index);

	if (fault)
		return fault;
	if (is_unanswered(followed))
		return reason_silence();
	if (followed->summary.state == TUNNEL_INSTALLED)
		return NULL;
	return followed->reason ? followed->reason->why
				: why_of_state(followed, tracker->model->tunnels[index]);
}

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

/* SPDX-License-Identifier: ISC */
/* What charon says by itself: its log, and its alerts. */
#include "runtime/status/followed.h"
#include "runtime/status/verdict.h"

#include <stdio.h>
#include <string.h>

/* What an `alert' says comes before the log of the same try, which is as long. */
#define ALERT_TIME 1000

/* ---- what is said of a tunnel ---- */

/*
 * Ours: the peer repeats its requests, too, and version 1 its answers.  An answer ends it, also
 * where the next request is open already; a probe of version 1 is acknowledged by a request.
 */
static void note_retransmission(struct followed *followed, struct slice line, long long sa)
{
	if (line_has(line, "retransmit ") && line_has(line, " of request ") &&
	    !line_has(line, "received retransmit ")) {
		followed_repeat(followed, sa);
	} else if (line_has(line, "parsed ") && line_has(line, " response ")) {
		followed_answer(followed, sa);
	}
}

/* Whatever of version 1 is protected by the keys of its IKE_SA begins with a hash. */
static bool is_from_peer(struct slice line)
{
	return line_has(line, "parsed ") &&
	       (line_has(line, " [ HASH ") || line_has(line, "parsed INFORMATIONAL response"));
}

/*
 * Version 1 sends its probes once, and nothing shows that one is open.  Once it has heard of the
 * peer, by an answer or otherwise, it sends none for a while, and does not wait for an answer.
 */
static void note_probe(struct followed *followed, struct slice line, long long sa, long long now)
{
	if (is_from_peer(line))
		followed->probed = 0;
	if (!line_has(line, "sending DPD request") || followed->probed)
		return;
	followed->probed = now;
	followed->probed_sa = sa;
}

/* Of one try: what follows from a reason does not take its place, and an alert's goes before. */
static bool is_told_already(const struct followed *followed, const struct verdict *verdict,
			    long long sa, long long now)
{
	if (!followed->cause.reason || followed->sa != sa)
		return false;
	if (verdict->is_hint)
		return true;
	return followed->is_alert && !followed->is_hint && now - followed->reasoned < ALERT_TIME &&
	       strcmp(reason_table[followed->cause.reason].slug,
		      reason_table[verdict->cause.reason].slug) != 0;
}

static enum reason rekeying_of(enum reason reason)
{
	switch (reason) {
	case REASON_ESP_REFUSED:
	case REASON_ESP_DIFFERS:
		return WARNING_REKEY_ESP;
	case REASON_SUBNETS_REFUSED:
	case REASON_SUBNETS_REFUSED_1:
	case REASON_SUBNETS_DIFFER:
		return WARNING_REKEY_SUBNETS;
	default:
		return REASON_NONE;
	}
}

static void note_verdict(struct followed *followed, const struct verdict *verdict, long long sa,
			 long long now)
{
	enum reason rekeying = rekeying_of(verdict->cause.reason);

	if (rekeying && followed->summary.state >= TUNNEL_INSTALLED)
		wellbeing_refuse(&followed->wellbeing, rekeying);
	if (!verdict->cause.reason || is_told_already(followed, verdict, sa, now))
		return;
	followed->cause = verdict->cause;
	followed->is_hint = verdict->is_hint;
	followed->is_alert = false;
	followed->sa = sa;
	followed->reasoned = now;
}

static void note_alert(struct followed *followed, const struct verdict *verdict, long long sa,
		       long long now)
{
	/* the log has the values to the same */
	bool is_known = followed->sa == sa && verdict->cause.reason && followed->cause.reason &&
			strcmp(reason_table[followed->cause.reason].slug,
			       reason_table[verdict->cause.reason].slug) == 0;

	if (is_known)
		return;
	note_verdict(followed, verdict, sa, now);
	followed->is_alert = verdict->cause.reason != REASON_NONE;
}

/* ---- who it is said of ---- */

static struct followed *find_named(struct tracker *tracker, struct slice name)
{
	char wanted[16];

	for (size_t i = 0; i < tracker->count; i++) {
		snprintf(wanted, sizeof(wanted), "ipsec%d", tracker->tunnels[i].id);
		if (slice_is(name, wanted))
			return &tracker->tunnels[i];
	}
	return NULL;
}

static const struct tunnel *tunnel_of(const struct tracker *tracker,
				      const struct followed *followed)
{
	return tracker->model->tunnels[followed - tracker->tunnels];
}

static bool is_down(const struct followed *followed)
{
	return followed->summary.state != TUNNEL_INSTALLED;
}

/*
 * The one tunnel that IP is the peer of, the one that is down if there are several; if it is
 * nobody's, with ANY the one tunnel that takes any peer.  NULL if it is not clear.
 */
static struct followed *find_peer(struct tracker *tracker, uint32_t ip, bool any)
{
	struct followed *found = NULL;
	int best = 0;

	for (size_t i = 0; i < tracker->count; i++) {
		struct followed *followed = &tracker->tunnels[i];
		const struct tunnel *tunnel = tracker->model->tunnels[i];
		bool fits = tunnel->peer.set && tunnel->peer.ip == ip;
		int rank = !tunnel->enabled	      ? 0
			   : fits		      ? 2 + is_down(followed)
			   : any && !tunnel->peer.set ? 1
						      : 0;

		if (!rank || rank < best)
			continue;
		found = rank == best ? NULL : followed;
		best = rank;
	}
	return found;
}

static struct verdict_case case_of(const struct tracker *tracker, const struct followed *followed,
				   const struct attempt *attempt, long long now)
{
	/* one that was there before anybody listened is what the last look has found */
	bool is_old = !attempt->version && followed->summary.state >= TUNNEL_IKE_ESTABLISHED;

	return (struct verdict_case){.model = tracker->model,
				     .tunnel = tunnel_of(tracker, followed),
				     .attempt = attempt,
				     .is_established = attempt->is_established || is_old,
				     .now = now};
}

/* Whether a tunnel has IP for its peer, be it enabled or not. */
static bool is_peer(const struct tracker *tracker, uint32_t ip)
{
	for (size_t i = 0; i < tracker->count; i++) {
		const struct tunnel *tunnel = tracker->model->tunnels[i];

		if (tunnel->peer.set && tunnel->peer.ip == ip)
			return true;
	}
	return false;
}

/* Nobody's peer asks: who it is meant for is not known, so any tunnel that waits may say so. */
static void note_elsewhere(struct tracker *tracker, const struct attempt *attempt, long long now)
{
	struct hearsay *place = NULL;
	const struct cause cause = {.reason = REASON_PEER_ELSEWHERE};

	for (size_t i = 0; i < ELSEWHERE; i++) {
		if (tracker->elsewhere[i].ip == attempt->ip)
			place = &tracker->elsewhere[i];
	}
	if (!place) {
		place = &tracker->elsewhere[tracker->next_elsewhere];
		tracker->next_elsewhere = (tracker->next_elsewhere + 1) % ELSEWHERE;
		*place = (struct hearsay){.ip = 0};
	}
	hearsay_add(place, &cause, attempt->ip, attempt->sa, now);
}

/* What any scanner can make charon say. */
static bool is_scanners(enum reason reason)
{
	return reason == REASON_PEER_ELSEWHERE || reason == REASON_NO_TUNNEL ||
	       reason == REASON_IKE_DIFFERS;
}

/* The IKE_SA has no tunnel's name until the peer has said who it is. */
static void note_stranger(struct tracker *tracker, const struct attempt *attempt, struct slice line,
			  enum reason reason, long long now)
{
	struct followed *followed = find_peer(tracker, attempt->ip, !is_scanners(reason));
	struct verdict_case about;
	struct verdict verdict;

	if (!attempt->ip)
		return;
	if (!followed) {
		if (reason == REASON_PEER_ELSEWHERE && !is_peer(tracker, attempt->ip))
			note_elsewhere(tracker, attempt, now);
		return;
	}
	about = case_of(tracker, followed, attempt, now);
	verdict_of_line(&verdict, &about, line);
	if (verdict.cause.reason && is_down(followed))
		hearsay_add(&followed->hearsay, &verdict.cause, attempt->ip, attempt->sa, now);
}

/* ---- the log ---- */

/*
 * Who is to be taken at its word: whoever this end asked, a peer with an address, and one who has
 * proven itself.
 */
static bool is_trusted(const struct verdict_case *about)
{
	return about->attempt->is_ours || !about->attempt->ip || about->tunnel->peer.set ||
	       about->is_established;
}

static void note_line(struct tracker *tracker, struct followed *followed,
		      const struct attempt *attempt, struct slice line, long long now)
{
	const struct verdict_case about = case_of(tracker, followed, attempt, now);
	struct verdict verdict;

	verdict_of_line(&verdict, &about, line);
	if (is_trusted(&about))
		note_verdict(followed, &verdict, attempt->sa, now);
	else if (verdict.cause.reason && !verdict.is_hint)
		hearsay_add(&followed->hearsay, &verdict.cause, attempt->ip, attempt->sa, now);
	if (line_has(line, "issuer is \"") && followed->cause.reason == REASON_CA_MISSING &&
	    followed->sa == attempt->sa && !*followed->cause.values)
		cause_add(&followed->cause, "%.*s", (int)line.length, line.at);
}

static void note_named(struct tracker *tracker, struct followed *followed,
		       const struct attempt *attempt, struct slice line, long long now)
{
	bool established = case_of(tracker, followed, attempt, now).is_established;

	if (line_has(line, "initiating "))
		followed->sa = -1; /* another try, whatever its number */
	note_line(tracker, followed, attempt, line, now);
	takeover_note(&followed->takeover, attempt, established, line, now);
	if (line_has(line, "IKE_SA ") && line_has(line, " established between "))
		wellbeing_check(&followed->wellbeing, attempt->is_unchecked, now);
	note_retransmission(followed, line, attempt->sa);
	note_probe(followed, line, attempt->sa, now);
}

void tracker_log(struct tracker *tracker, struct slice message, long long now)
{
	struct slice name = vici_get(message, "ikesa-name"), line = vici_get(message, "msg");
	struct attempt *attempt;
	struct followed *followed;

	if (!name.at || !line.at || !tracker->count)
		return;
	attempt = attempt_find(&tracker->attempts, vici_get_number(message, "ikesa-uniqueid", -1));
	attempt_note(attempt, line, now);
	followed = find_named(tracker, name);
	if (followed)
		note_named(tracker, followed, attempt, line, now);
	else if (slice_is(name, "(unnamed)") && reason_of_line(line).reason)
		note_stranger(tracker, attempt, line, reason_of_line(line).reason, now);
}

/* `type', and the section `ike-sa' with one of its name, as list-sas has it; not all have that. */
void tracker_alert(struct tracker *tracker, struct slice message, long long now)
{
	struct slice type = vici_get(message, "type"), sas = vici_get_body(message, "ike-sa");
	struct vici_element sa;
	struct followed *followed;
	struct attempt *attempt;
	struct verdict_case about;
	struct verdict verdict;

	if (!type.at || !sas.at || !vici_next(&sas, &sa) || sa.kind != VICI_SECTION)
		return;
	followed = find_named(tracker, sa.name);
	if (!followed) /* the log has what is said of strangers, and counts how often */
		return;
	attempt = attempt_find(&tracker->attempts, vici_get_number(sa.value, "uniqueid", -1));
	attempt->is_ours = vici_get_yes(sa.value, "initiator");
	about = case_of(tracker, followed, attempt, now);
	verdict_of_alert(&verdict, &about, type);
	if (is_trusted(&about))
		note_alert(followed, &verdict, attempt->sa, now);
}

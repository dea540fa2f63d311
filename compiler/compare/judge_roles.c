/* SPDX-License-Identifier: ISC */
/* Who answers whom, who starts, where, and who notices that the other is gone. */
#include "compiler/compare/accept.h"
#include "compiler/compare/counterpart.h"
#include "compiler/compare/judge.h"
#include "compiler/compare/outage.h"

#include <stdio.h>

/* ---- no counterpart ---- */

/* More are not looked at for the nearest. */
#define NEAREST_OF 256

static const struct tunnel *find_nearest(const struct judge *judge, enum side side)
{
	const struct model *other = judge->pairs->gateway[other_side(side)].model;
	const struct tunnel *best = NULL;
	int best_score = 0;

	for (size_t i = 0; i < other->count && i < NEAREST_OF; i++) {
		int score = counterpart_score(judge_tunnel(judge, side), other->tunnels[i],
					      judge->pairs->gateway[side].arena);

		if (!best || score > best_score) {
			best = other->tunnels[i];
			best_score = score;
		}
	}
	return best;
}

/* What keeps OTHER from being the counterpart of TUNNEL, in words. */
static void write_hindrance(const struct judge *judge, const struct tunnel *tunnel,
			    const struct tunnel *other, char *buffer, size_t size)
{
	struct arena *arena = judge->pairs->gateway[SIDE_A].arena;
	const struct {
		bool differs;
		const char *words;
	} all[] = {
	    {tunnel->peer.set && tunnel->peer.ip != other->local_address.ip,
	     "its local-address is not this peer"},
	    {other->peer.set && other->peer.ip != tunnel->local_address.ip,
	     "its peer is not this local-address"},
	    {!identity_acceptance(&other->local_id, &tunnel->remote_id, arena),
	     "its local-id is not this remote-id"},
	    {!identity_acceptance(&tunnel->local_id, &other->remote_id, arena),
	     "its remote-id is not this local-id"},
	};
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && used < size; i++) {
		if (all[i].differs)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
						 used ? ", " : "", all[i].words);
	}
	if (!used)
		snprintf(buffer, size, "it belongs to another one");
}

/* A tunnel of the other file that is TUNNEL itself: two files of one gateway, or one file twice. */
static const struct tunnel *find_itself(const struct judge *judge, enum side side)
{
	const struct tunnel *own = judge_tunnel(judge, side);
	const struct model *other = judge->pairs->gateway[other_side(side)].model;

	for (size_t i = 0; i < other->count && i < NEAREST_OF; i++) {
		const struct tunnel *at = other->tunnels[i];

		if (own->local_address.set && at->local_address.set &&
		    at->local_address.ip == own->local_address.ip &&
		    at->peer.set == own->peer.set && at->peer.ip == own->peer.ip)
			return at;
	}
	return NULL;
}

static void report_itself(struct judge *judge, enum side side, const struct tunnel *itself)
{
	struct findings *others = judge->findings[other_side(side)];
	struct finding *finding;

	finding = judge_report(judge, side, WHOLE_TUNNEL, SEVERITY_ERROR,
			       "no tunnel of %s answers this one: 'ipsec %d' there has the "
			       "same local-address and peer, it is this end and not the other",
			       judge->pairs->path[other_side(side)], itself->id);
	others->tunnel = itself->id;
	finding_relate_in(judge->findings[side], finding, others, itself->header, "this end, too");
	finding_help(judge->findings[side], finding,
		     "name a file of each of the two gateways: 'pair A B'");
}

void pair_WI1001(struct judge *judge)
{
	enum side side = judge_tunnel(judge, SIDE_A) ? SIDE_A : SIDE_B;
	const struct tunnel *nearest = find_nearest(judge, side), *itself;
	struct findings *findings = judge->findings[side];
	struct findings *others = judge->findings[other_side(side)];
	struct finding *finding;
	char why[256];

	if (!nearest) {
		judge_report(judge, side, WHOLE_TUNNEL, SEVERITY_ERROR, "there is no tunnel in %s",
			     judge->pairs->path[other_side(side)]);
		return;
	}
	itself = find_itself(judge, side);
	if (itself) {
		report_itself(judge, side, itself);
		return;
	}
	write_hindrance(judge, judge_tunnel(judge, side), nearest, why, sizeof(why));
	finding = judge_report(judge, side, WHOLE_TUNNEL, SEVERITY_ERROR,
			       "no tunnel of %s answers this one; of the nearest, 'ipsec %d', %s",
			       judge->pairs->path[other_side(side)], nearest->id, why);
	others->tunnel = nearest->id;
	finding_relate_in(findings, finding, others, nearest->header, "the nearest");
	finding_help(
	    findings, finding,
	    "'pair --tunnel ID:ID' says which two are meant, 'pair --tunnel ID' looks at one only");
}

/* ---- who starts ---- */

void pair_WI1012(struct judge *judge)
{
	struct finding *finding;

	if (judge->pair->starts != STARTS_BOTH)
		return;
	finding = judge_report(
	    judge, SIDE_A, SETTING_INITIATOR, SEVERITY_WARNING,
	    "both ends are initiators: when they start together there are two IKE SAs, and they "
	    "stay");
	judge_relate(judge, finding, SIDE_B, SETTING_INITIATOR, "the other initiator");
	judge_help(judge, finding, SIDE_B,
		   "write 'no initiator' at the end with the fixed address, and drop 'dpd-action "
		   "restart' there");
}

static void note_one_way(struct judge *judge, enum side starter)
{
	enum side other = other_side(starter);
	const struct exchange *back = &judge->pair->from[other];
	struct finding *finding;

	if (judge->pair->outcome != OUTCOME_UP || !back->possible || back->outcome == OUTCOME_UP ||
	    back->outcome == OUTCOME_UNKNOWN)
		return;
	finding = judge_report(
	    judge, starter, SETTING_INITIATOR, SEVERITY_NOTE,
	    "only this end can start it: what the other one begins for its traffic comes to %s%s%s",
	    outcome_name(back->outcome), back->refusal ? ", " : "",
	    back->refusal ? refusal_name(back->refusal) : "");
	judge_relate(judge, finding, other, WHOLE_TUNNEL, "this end cannot start it");
}

void pair_WI1013(struct judge *judge)
{
	const struct tunnel *a = judge_tunnel(judge, SIDE_A), *b = judge_tunnel(judge, SIDE_B);
	enum side trap = a->peer.set ? SIDE_A : SIDE_B;
	const char *waiting = judge_sentence(REASON_NOBODY_STARTS);
	struct finding *finding;

	if (judge->pair->starts == STARTS_A || judge->pair->starts == STARTS_B) {
		note_one_way(judge, judge->pair->starts == STARTS_A ? SIDE_A : SIDE_B);
		return;
	}
	if (judge->pair->starts == STARTS_BOTH)
		return;
	if (judge->pair->starts == STARTS_NOBODY)
		finding = judge_report(
		    judge, SIDE_A, WHOLE_TUNNEL, SEVERITY_ERROR,
		    "%s, at both ends: nothing can start it, as both have any peer", waiting);
	else if (a->peer.set && b->peer.set)
		finding = judge_report(judge, SIDE_A, WHOLE_TUNNEL, SEVERITY_WARNING,
				       "%s, at both ends: only traffic starts it, of either end",
				       waiting);
	else
		finding = judge_report(
		    judge, SIDE_A, WHOLE_TUNNEL, SEVERITY_WARNING,
		    "%s, at both ends: only traffic from behind %s starts it, as the other end has "
		    "any peer",
		    waiting, judge->pairs->path[trap]);
	judge_relate(judge, finding, SIDE_B, WHOLE_TUNNEL, "the other responder");
	judge_help(judge, finding, SIDE_B,
		   "write 'initiator' in the end that knows the other's address");
}

/* ---- another tunnel ---- */

/* What comes up from the other end, which starts it, is no error: WI1013 says that this one cannot.
 */
static enum severity answer_severity(const struct judge *judge, const struct exchange *from,
				     bool is_same)
{
	bool is_up_otherwise = from->outcome != OUTCOME_UP && judge->pair->outcome == OUTCOME_UP;

	return is_same || is_up_otherwise ? SEVERITY_NOTE : SEVERITY_ERROR;
}

static void judge_answer(struct judge *judge, enum side starter)
{
	const struct exchange *from = &judge->pair->from[starter];
	enum side there = other_side(starter);
	bool is_same = from->outcome == OUTCOME_UP && !from->narrowed;
	struct finding *finding;

	if (!from->possible || !from->answer || from->answer == judge_tunnel(judge, there))
		return;
	finding = judge_report(judge, starter, WHOLE_TUNNEL, answer_severity(judge, from, is_same),
			       "when this end starts, 'ipsec %d' answers in place of 'ipsec %d'%s",
			       from->answer->id, judge_tunnel(judge, there)->id,
			       is_same ? ", which comes to the same" : "");
	judge->findings[there]->tunnel = from->answer->id;
	finding_relate_in(judge->findings[starter], finding, judge->findings[there],
			  from->answer->header,
			  "this one fits the addresses and identities better");
	judge_help(judge, finding, there,
		   "give the two tunnels there other identities, or other peers");
}

void pair_WI1014(struct judge *judge)
{
	judge_answer(judge, SIDE_A);
	judge_answer(judge, SIDE_B);
}

/* ---- addresses ---- */

static void judge_peer(struct judge *judge, enum side asker)
{
	enum side asked = other_side(asker);
	const struct tunnel *own = judge_tunnel(judge, asker), *other = judge_tunnel(judge, asked);
	bool is_private;
	struct finding *finding;

	if (!own->peer.set || own->peer.ip == other->local_address.ip)
		return;
	is_private = address_is_forwarded(own->peer.ip, other->local_address.ip);
	finding = judge_report(
	    judge, asker, SETTING_PEER, is_private ? SEVERITY_WARNING : SEVERITY_ERROR,
	    "peer " IP_FORMAT " here, local-address " IP_FORMAT " there%s", IP_BYTES(own->peer.ip),
	    IP_BYTES(other->local_address.ip),
	    is_private ? ": taken for a NAT between them, which is to forward UDP 500 and 4500"
		       : "");
	judge_relate(judge, finding, asked, SETTING_LOCAL_ADDRESS, "local-address " IP_FORMAT,
		     IP_BYTES(other->local_address.ip));
	if (!is_private)
		judge_help(judge, finding, asked, "write 'peer " IP_FORMAT "'",
			   IP_BYTES(other->local_address.ip));
}

void pair_WI1015(struct judge *judge)
{
	judge_peer(judge, SIDE_A);
	judge_peer(judge, SIDE_B);
}

/* ---- timers ---- */

/* The end that nobody starts again once the other has given up. */
static void judge_hub(struct judge *judge, enum side hub)
{
	enum side branch = other_side(hub);
	const struct tunnel *own = judge_tunnel(judge, hub), *other = judge_tunnel(judge, branch);
	struct finding *finding;

	if (own->peer.set || !other->initiator || judge->pair->outcome != OUTCOME_UP)
		return;
	finding = judge_report(
	    judge, hub, SETTING_PEER, SEVERITY_NOTE,
	    "with any peer this end cannot start it again, and the other gives up after %d s "
	    "without an answer: from then on only traffic from there does",
	    OUTAGE_GIVES_UP);
	judge_relate(judge, finding, branch, SETTING_INITIATOR, "the only end that starts it");
	judge_help(judge, finding, branch,
		   "give this end the peer, if it has one address, or let something behind the "
		   "other end ping");
}

static void judge_detection(struct judge *judge, enum side blind)
{
	enum side seeing = other_side(blind);
	const struct tunnel *own = judge_tunnel(judge, blind), *other = judge_tunnel(judge, seeing);
	struct finding *finding;

	if (own->dpd_action != DPD_OFF || other->dpd_action == DPD_OFF)
		return;
	finding = judge_report(
	    judge, blind, SETTING_DPD_ACTION, SEVERITY_NOTE,
	    "this end does not look whether the other is alive: after an outage the other notices "
	    "after about %u s, and this one shows it up until its next rekeying",
	    outage_seconds(other));
	judge_relate(judge, finding, seeing, SETTING_DPD_ACTION, "this end looks");
}

/* Until when the end that was let go of shows the tunnel. */
static void write_until(const struct tunnel *tunnel, char *buffer, size_t size)
{
	unsigned seconds = outage_seconds(tunnel);

	if (seconds)
		snprintf(buffer, size, "for about %u s", seconds);
	else
		snprintf(buffer, size, "until its next rekeying");
}

/* Two uplinks with one pair of identities. */
static void judge_rival(struct judge *judge, enum side starter)
{
	const struct tunnel *rival = judge->pair->from[starter].rival;
	struct finding *finding;
	char until[48];

	if (!rival || judge->pair->outcome != OUTCOME_UP)
		return;
	write_until(judge_tunnel(judge, starter), until, sizeof(until));
	finding = judge_report(
	    judge, starter, SETTING_LOCAL_ID, SEVERITY_WARNING,
	    "'ipsec %d' shows the same identities to the same gateway: where both start together "
	    "the other end drops the one that came first without a word, and it is shown up here "
	    "%s",
	    rival->id, until);
	judge_relate(judge, finding, other_side(starter), WHOLE_TUNNEL, "it may be dropped here");
	judge_help(judge, finding, other_side(starter),
		   "give each of the two its own 'local-id', and the same as 'remote-id' there");
}

void pair_WI1016(struct judge *judge)
{
	judge_hub(judge, SIDE_A);
	judge_hub(judge, SIDE_B);
	judge_detection(judge, SIDE_A);
	judge_detection(judge, SIDE_B);
	judge_rival(judge, SIDE_A);
	judge_rival(judge, SIDE_B);
}

/* ---- unknown ---- */

void pair_WI1017(struct judge *judge)
{
	static const struct {
		enum setting setting;
		const char *words;
	} things[] = {
	    {SETTING_CERTIFICATE,
	     "its certificate: '--pki-a' and '--pki-b' of 'pair' name the folders, '--pki' of "
	     "'fleet' one with all of them"},
	    {SETTING_SECRET, "its secret, which is masked here"},
	    {SETTING_LOCAL_ADDRESS, "the address that it has at run time, behind a NAT"},
	    {SETTING_CERTIFICATE,
	     "the CRL for its certificate, which revocation strict asks for, in x509crl/ of the "
	     "other end's folder"},
	    {SETTING_CERTIFICATE,
	     "the choice among its certificates: version 1 takes any that holds the identity that "
	     "is shown, and one of another tunnel does, too"}};
	unsigned bits = judge->pair->from[judge->pair->deciding].missing;

	if (judge->pair->outcome != OUTCOME_UNKNOWN)
		return;
	for (unsigned bit = 0; bit < 2 * sizeof(things) / sizeof(things[0]); bit++) {
		bool of_a = (bit % 2 == 0) == (judge->pair->deciding == SIDE_A);
		enum side side = of_a ? SIDE_A : SIDE_B;

		if (!(bits & 1U << bit))
			continue;
		judge_report(judge, side, (int)things[bit / 2].setting, SEVERITY_NOTE,
			     "what becomes of it cannot be told without %s", things[bit / 2].words);
	}
}

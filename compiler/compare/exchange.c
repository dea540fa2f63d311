/* SPDX-License-Identifier: ISC */
#include "compiler/compare/exchange.h"

#include "compiler/base/arena.h"
#include "compiler/compare/authentication.h"
#include "compiler/compare/round.h"
#include "compiler/model/words.h"

#include <string.h>

/*
 * The order of decisions is charon's.  Version 2: the connection by addresses and version, with the
 * best addresses first and another one where the suites do not fit; INVALID_KE_PAYLOAD as one more
 * round; the connection again by both identities, among those that hold the suite; its method; the
 * proof of who starts, then that of who answers; the subnets, and only then the suite of the
 * CHILD_SA, whose group counts from the first rekeying on.  Version 1: the one connection with the
 * best addresses decides on the suite and on the secret, so that a wrong one shows as what cannot
 * be decrypted; identities come behind that, and who starts cannot ask for one; Quick Mode has a
 * group from the beginning.
 */

/* ---- which connection ---- */

/* The first tunnel between these addresses, PEER or any, that takes what is OFFERED; version 1 asks
 * one. */
static const struct tunnel *choose_between(struct round *round, struct address peer,
					   const struct proposals *offered, bool *any)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct tunnel *meant = round->answerer->tunnel;
	uint32_t local =
	    round_address_quality(round, meant) ? meant->local_address.ip : starter->peer.ip;
	struct gateway_walk walk =
	    gateway_by_addresses(round->answerer->gateway, starter->version, local, peer);

	for (const struct tunnel *at; (at = gateway_next(&walk));) {
		const struct proposals *has;

		if (at->version != starter->version || !round_address_quality(round, at))
			continue;
		*any = true;
		has = end_proposals(&(struct end){round->answerer->gateway, at}, PROPOSAL_IKE,
				    round->room);
		if (has && proposals_choose(has, offered, PROPOSAL_IKE, true, &round->to->ike))
			return at;
		if (starter->version == 1)
			return NULL;
	}
	return NULL;
}

/* The connection that decides on the suite of the IKE_SA. */
static const struct tunnel *choose_ike(struct round *round, const struct proposals *offered,
				       bool *any)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct tunnel *chosen;

	*any = false;
	chosen = choose_between(round, round_address_seen(round), offered, any);
	if (!chosen && !(*any && starter->version == 1))
		chosen = choose_between(round, (struct address){false, 0}, offered, any);
	return chosen;
}

/* ---- IKE_SA_INIT, or the first messages of Main Mode ---- */

static bool agree_ike(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct proposals *offered =
	    end_proposals(round->starter, PROPOSAL_IKE, round->starter_ike);
	struct proposals singles;
	bool any;

	if (!offered)
		return round_cannot_tell(round, 0);
	if (starter->version == 1) {
		proposals_offer_version1(offered, PROPOSAL_IKE, 0, &singles);
		offered = &singles;
	}
	round->answer.tunnel = choose_ike(round, offered, &any);
	if (!round->answer.tunnel)
		return round_refuse(round, REFUSAL_NO_PROPOSAL_CHOSEN,
				    any ? CAUSE_IKE : CAUSE_UNEXPECTED);
	round->to->has_ike = true;
	round->to->key_again =
	    starter->version != 1 &&
	    proposals_first_group(offered) != round->to->ike.transform[TRANSFORM_GROUP];
	return true;
}

/* ---- the CHILD_SA ---- */

struct subnet tunnel_local(const struct tunnel *tunnel)
{
	return tunnel->local_subnet.set
		   ? tunnel->local_subnet
		   : (struct subnet){false, true, tunnel->local_address.ip, PREFIX_MAX};
}

struct subnet tunnel_remote(const struct tunnel *tunnel, uint32_t peer)
{
	return tunnel->remote_subnet.set ? tunnel->remote_subnet
					 : (struct subnet){false, true, peer, PREFIX_MAX};
}

bool subnet_intersect(struct subnet a, struct subnet b, struct subnet *common)
{
	struct subnet wide = a.length <= b.length ? a : b;

	*common = a.length <= b.length ? b : a;
	return (common->address & prefix_mask(wide.length)) == wide.address;
}

bool subnet_equal(struct subnet a, struct subnet b)
{
	return a.address == b.address && a.length == b.length;
}

/* Where the outer address is selected itself and a NAT changes it, nobody can tell what it becomes.
 */
static bool selectors_are_known(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct tunnel *answer = round->answer.tunnel;
	unsigned missing = 0;

	if (round->is_translated && (!answer->remote_subnet.set || !starter->local_subnet.set))
		missing |= MISSING_STARTER_ADDRESS;
	if (starter->peer.ip != answer->local_address.ip &&
	    (!starter->remote_subnet.set || !answer->local_subnet.set))
		missing |= MISSING_ANSWER_ADDRESS;
	return !missing || round_cannot_tell(round, missing);
}

static bool agree_selectors(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct tunnel *answer = round->answer.tunnel;
	struct selected *selected = &round->to->selected;
	struct subnet own = tunnel_local(starter), other = tunnel_remote(starter, starter->peer.ip);
	struct subnet there = tunnel_remote(answer, starter->local_address.ip);

	if (!selectors_are_known(round))
		return false;
	if (!subnet_intersect(own, there, &selected->starter) ||
	    !subnet_intersect(other, tunnel_local(answer), &selected->answerer)) {
		round_end(round, OUTCOME_NO_CHILD,
			  starter->version == 1 ? REFUSAL_INVALID_ID_INFORMATION
						: REFUSAL_TS_UNACCEPTABLE,
			  CAUSE_SELECTORS);
		return false;
	}
	round->to->narrowed =
	    !subnet_equal(own, there) || !subnet_equal(other, tunnel_local(answer));
	return true;
}

/* What END asks for in a CHILD_SA of its version, and what OTHER makes of it. */
static bool negotiate(const struct round *round, const struct end *end, const struct end *other,
		      bool groups, struct agreement *chosen)
{
	struct proposals room, answer_room, singles;
	const struct proposals *offered = end_proposals(end, PROPOSAL_ESP, &room);
	const struct proposals *has = end_proposals(other, PROPOSAL_ESP, &answer_room);

	if (!offered || !has)
		return false;
	if (end->tunnel->version == 1) {
		proposals_offer_version1(offered, PROPOSAL_ESP,
					 round->to->ike.transform[TRANSFORM_GROUP], &singles);
		offered = &singles;
	}
	return proposals_choose(has, offered, PROPOSAL_ESP, groups, chosen);
}

static bool agree_esp(struct round *round)
{
	bool is_quick = round->starter->tunnel->version == 1;

	if (!negotiate(round, round->starter, &round->answer, is_quick, &round->to->esp)) {
		round_end(round, OUTCOME_NO_CHILD, REFUSAL_NO_PROPOSAL_CHOSEN, CAUSE_ESP);
		return false;
	}
	round->to->has_esp = true;
	return true;
}

/* ---- rekeying ---- */

/* What who starts asks for is what was taken at first.  The other end, whose rekeyings may be
 * refused, loses the tunnel, unless who starts comes first. */
static bool is_lost_version1(const struct round *round)
{
	return !round->to->rekeys[REKEYER_ANSWERER] &&
	       round->answer.tunnel->sa_rekey_time < round->starter->tunnel->sa_rekey_time;
}

static bool reauthenticates_before(const struct tunnel *tunnel, uint32_t rekeying)
{
	return tunnel->reauth_time && (uint64_t)tunnel->reauth_time * 100 < (uint64_t)rekeying * 90;
}

bool exchange_holds_by_reauthentication(const struct tunnel *a, const struct tunnel *b)
{
	uint32_t least = a->sa_rekey_time < b->sa_rekey_time ? a->sa_rekey_time : b->sa_rekey_time;

	return a->version == 2 &&
	       (reauthenticates_before(a, least) || reauthenticates_before(b, least));
}

/* That of the IKE_SA is between the tunnels, whichever agreed on its first suite. */
static void rekey_ike(struct round *round)
{
	struct exchange *to = round->to;
	struct proposals room;
	const struct proposals *has = end_proposals(&round->answer, PROPOSAL_IKE, &room);

	if (!has ||
	    !proposals_choose(has, end_proposals(round->starter, PROPOSAL_IKE, round->room),
			      PROPOSAL_IKE, true, &to->ike_rekeyed))
		to->ike_rekeyed = to->ike;
}

static void rekey(struct round *round)
{
	struct exchange *to = round->to;
	bool is_lost;

	rekey_ike(round);
	to->rekeys[REKEYER_STARTER] =
	    negotiate(round, round->starter, &round->answer, true, &to->rekeyed[REKEYER_STARTER]);
	to->rekeys[REKEYER_ANSWERER] =
	    negotiate(round, &round->answer, round->starter, true, &to->rekeyed[REKEYER_ANSWERER]);
	is_lost = round->starter->tunnel->version == 1
		      ? is_lost_version1(round)
		      : !to->rekeys[REKEYER_STARTER] &&
			    !exchange_holds_by_reauthentication(round->starter->tunnel,
								round->answer.tunnel);
	round_end(round, is_lost ? OUTCOME_LOST_AT_REKEY : OUTCOME_UP,
		  is_lost ? REFUSAL_NO_PROPOSAL_CHOSEN : REFUSAL_NONE,
		  is_lost ? CAUSE_REKEY : CAUSE_NONE);
}

void exchange_predict(const struct end *starter, const struct end *answerer,
		      struct exchange *exchange)
{
	struct proposals starter_ike, room;
	struct round round = {.starter = starter,
			      .answerer = answerer,
			      .answer = *answerer,
			      .to = exchange,
			      .starter_ike = &starter_ike,
			      .room = &room,
			      .is_translated = end_is_translated(starter->tunnel)};

	memset(exchange, 0, sizeof(*exchange));
	exchange->possible = starter->tunnel->peer.set;
	if (!exchange->possible)
		return;
	if (!authentication_begin(&round))
		return;
	if (!round_reaches(&round)) {
		round_refuse(&round, REFUSAL_NO_ANSWER, CAUSE_UNREACHED);
		return;
	}
	if (agree_ike(&round) && authentication_run(&round) && agree_selectors(&round) &&
	    agree_esp(&round))
		rekey(&round);
}

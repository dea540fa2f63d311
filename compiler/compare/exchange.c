/* SPDX-License-Identifier: ISC */
#include "compiler/compare/exchange.h"

#include "compiler/base/arena.h"
#include "compiler/compare/accept.h"
#include "compiler/compare/keyring.h"
#include "compiler/compare/trust.h"
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

struct round {
	const struct end *starter;
	const struct end *answerer; /* who was meant */
	struct end answer;	    /* who takes it */
	struct exchange *to;
	struct proposals starter_ike, starter_esp, room;
	bool is_translated;
};

/* ---- addresses ---- */

bool address_is_forwarded(uint32_t asked, uint32_t own)
{
	return asked != own && address_is_private(own) && !address_is_private(asked);
}

bool end_is_translated(const struct tunnel *starter)
{
	return starter->peer.set && address_is_private(starter->local_address.ip) &&
	       !address_is_private(starter->peer.ip);
}

/* Whom the address that is asked leads to: the end that is meant, or, with a NAT before it, it as
 * well. */
static bool reaches(const struct round *round)
{
	const struct tunnel *meant = round->answerer->tunnel;
	struct gateway_walk walk;
	uint32_t asked = round->starter->tunnel->peer.ip;

	if (meant->local_address.ip == asked ||
	    address_is_forwarded(asked, meant->local_address.ip))
		return true;
	walk = gateway_by_address(round->answerer->gateway, asked);
	for (const struct tunnel *at; (at = gateway_next(&walk));) {
		if (at->local_address.ip == asked)
			return true;
	}
	return false;
}

/* How well the addresses of TUNNEL, of the gateway that is asked, fit; 0: not at all. */
static unsigned address_quality(const struct round *round, const struct tunnel *tunnel)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct tunnel *meant = round->answerer->tunnel;
	bool is_forwarded = address_is_forwarded(starter->peer.ip, meant->local_address.ip);

	if (tunnel->local_address.ip != (is_forwarded ? meant->local_address.ip : starter->peer.ip))
		return 0;
	if (!tunnel->peer.set)
		return 1;
	if (tunnel->peer.ip == starter->local_address.ip)
		return 129;
	return round->is_translated && meant->peer.set && tunnel->peer.ip == meant->peer.ip ? 129
											    : 0;
}

/* ---- which connection ---- */

const struct proposals *end_proposals(const struct end *end, enum proposal_use use,
				      struct proposals *room)
{
	return proposals_of(end->tunnel, use, end->gateway->automatic, end->gateway->lists,
			    end->gateway->arena, room);
}

static const struct proposals *candidate_proposals(struct round *round, const struct tunnel *tunnel,
						   enum proposal_use use)
{
	struct end end = {round->answerer->gateway, tunnel};

	return end_proposals(&end, use, &round->room);
}

/* The first tunnel between these addresses, PEER or any, that takes what is OFFERED; version 1 asks
 * one. */
static const struct tunnel *choose_between(struct round *round, struct address peer,
					   const struct proposals *offered, bool *any)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct tunnel *meant = round->answerer->tunnel;
	uint32_t local = address_quality(round, meant) ? meant->local_address.ip : starter->peer.ip;
	struct gateway_walk walk =
	    gateway_by_addresses(round->answerer->gateway, starter->version, local, peer);

	for (const struct tunnel *at; (at = gateway_next(&walk));) {
		const struct proposals *has;

		if (at->version != starter->version || !address_quality(round, at))
			continue;
		*any = true;
		has = candidate_proposals(round, at, PROPOSAL_IKE);
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
	const struct tunnel *meant = round->answerer->tunnel;
	struct address known = {true, round->is_translated && meant->peer.set
					  ? meant->peer.ip
					  : starter->local_address.ip};
	const struct tunnel *chosen;

	*any = false;
	chosen = choose_between(round, known, offered, any);
	if (!chosen && !(*any && starter->version == 1))
		chosen = choose_between(round, (struct address){false, 0}, offered, any);
	return chosen;
}

/* A connection that may be the one by identities, and how well it fits. */
struct candidate {
	const struct tunnel *tunnel;
	unsigned addresses, identities;
};

/* The identity that TUNNEL of END shows fits WANTED; what only a certificate can tell is noted as
 * MISSING. */
static enum acceptance accepts(const struct round *round, const struct end *end,
			       const struct identity *wanted, unsigned missing)
{
	const struct identity *shown = &end->tunnel->local_id;

	if (identity_accepts_any(wanted) || shown->type != IDENTITY_SUBJECT)
		return identity_acceptance(shown, wanted, end->gateway->arena);
	if (wanted->type != IDENTITY_DN && wanted->type != IDENTITY_SUBJECT)
		return ACCEPT_NOT;
	switch (trust_subject_fits(end, wanted)) {
	case TRUST_UNKNOWN:
		round->to->missing |= missing;
		return ACCEPT_EXACTLY;
	case TRUST_GIVEN:
		return ACCEPT_EXACTLY;
	default:
		return ACCEPT_NOT;
	}
}

/* Better in one way and not worse in the other; else the order of the text is charon's. */
static bool is_before(const struct candidate *a, const struct candidate *b)
{
	bool is_better = (a->addresses > b->addresses && a->identities >= b->identities) ||
			 (a->identities > b->identities && a->addresses >= b->addresses);
	bool is_worse = (b->addresses > a->addresses && b->identities >= a->identities) ||
			(b->identities > a->identities && b->addresses >= a->addresses);

	return is_better || (!is_worse && a->tunnel->header.from < b->tunnel->header.from);
}

static void consider(struct round *round, const struct tunnel *tunnel, bool by_method,
		     struct candidate *best)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct end end = {round->answerer->gateway, tunnel};
	struct candidate it = {tunnel, address_quality(round, tunnel), 0};
	const struct proposals *has;
	enum acceptance own = ACCEPT_ANY, other;

	if (tunnel->version != starter->version || !it.addresses ||
	    (by_method && tunnel->method != starter->method))
		return;
	if (starter->version != 1 && !identity_is_pattern(&starter->remote_id))
		own = accepts(round, &end, &starter->remote_id, MISSING_ANSWER_CERTIFICATE);
	other = accepts(round, round->starter, &tunnel->remote_id, MISSING_STARTER_CERTIFICATE);
	has = own && other ? candidate_proposals(round, tunnel, PROPOSAL_IKE) : NULL;
	if (!has || (starter->version != 1 && !proposals_hold(has, &round->to->ike)))
		return;
	it.identities = (unsigned)own + (unsigned)other;
	if (!best->tunnel || is_before(&it, best))
		*best = it;
}

/* The connection by the identities that were shown and asked for. */
static const struct tunnel *choose_peer(struct round *round, bool by_method)
{
	const struct gateway *gateway = round->answerer->gateway;
	const struct tunnel *starter = round->starter->tunnel;
	struct candidate best = {NULL, 0, 0};
	struct gateway_walk walk = gateway_by_remote_id(gateway, &starter->local_id);

	round->to->missing = 0;
	consider(round, round->answerer->tunnel, by_method, &best);
	for (const struct tunnel *at; (at = gateway_next(&walk));) {
		if (at != round->answerer->tunnel && !identity_is_pattern(&at->remote_id))
			consider(round, at, by_method, &best);
	}
	for (size_t i = 0; i < gateway->pattern_count; i++) {
		if (gateway->patterns[i] != round->answerer->tunnel)
			consider(round, gateway->patterns[i], by_method, &best);
	}
	return best.tunnel;
}

/* ---- how it ends ---- */

static void end_with(struct round *round, enum outcome outcome, enum refusal refusal,
		     enum cause cause)
{
	struct exchange *to = round->to;

	to->outcome = outcome;
	to->refusal = refusal;
	to->cause = cause;
	to->starter = to->answerer = SHOWN_UNKNOWN;
	if (refusal == REFUSAL_NO_ANSWER || refusal == REFUSAL_UNDECRYPTABLE)
		to->starter = SHOWN_CONNECTING;
	if (outcome == OUTCOME_NO_CHILD)
		to->starter = to->answerer = SHOWN_IKE;
	if (outcome == OUTCOME_UP || outcome == OUTCOME_LOST_AT_REKEY)
		to->starter = to->answerer = SHOWN_UP;
	if (outcome == OUTCOME_LOST_AT_REKEY)
		to->starter_later = to->answerer_later = SHOWN_IKE;
	if (outcome == OUTCOME_UNKNOWN)
		to->starter = to->answerer = SHOWN_NOTHING;
}

static bool refuse(struct round *round, enum refusal refusal, enum cause cause)
{
	end_with(round, OUTCOME_NO_IKE, refusal, cause);
	return false;
}

static bool cannot_tell(struct round *round, unsigned missing)
{
	round->to->missing |= missing;
	end_with(round, OUTCOME_UNKNOWN, REFUSAL_NONE, CAUSE_NONE);
	return false;
}

/* ---- IKE_SA_INIT, or the first messages of Main Mode ---- */

static bool agree_ike(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct proposals *offered =
	    end_proposals(round->starter, PROPOSAL_IKE, &round->starter_ike);
	struct proposals singles;
	bool any;

	if (!offered)
		return cannot_tell(round, 0);
	if (starter->version == 1) {
		proposals_offer_version1(offered, PROPOSAL_IKE, 0, &singles);
		offered = &singles;
	}
	round->answer.tunnel = choose_ike(round, offered, &any);
	if (!round->answer.tunnel)
		return refuse(round, REFUSAL_NO_PROPOSAL_CHOSEN,
			      any ? CAUSE_IKE : CAUSE_UNEXPECTED);
	round->to->has_ike = true;
	round->to->key_again =
	    starter->version != 1 &&
	    proposals_first_group(offered) != round->to->ike.transform[TRANSFORM_GROUP];
	return true;
}

/* ---- who is who ---- */

static bool secrets_are_known(struct round *round)
{
	unsigned missing = 0;

	if (round->starter->tunnel->secret.mask == SECRET_MASKED)
		missing |= MISSING_STARTER_SECRET;
	if (round->answer.tunnel->secret.mask == SECRET_MASKED)
		missing |= MISSING_ANSWER_SECRET;
	return !missing || cannot_tell(round, missing);
}

static bool secrets_are_equal(const struct round *round)
{
	const struct secret *a = &round->starter->tunnel->secret;
	const struct secret *b = &round->answer.tunnel->secret;

	return slice_compare(a->bytes, b->bytes) == 0;
}

/* Whose certificates are not there: of either end whose folder is not known, else MISSING. */
static unsigned missing_of(const struct round *round, unsigned missing)
{
	unsigned bits = (round->starter->gateway->pki ? 0 : MISSING_STARTER_CERTIFICATE) |
			(round->answer.gateway->pki ? 0 : MISSING_ANSWER_CERTIFICATE);

	return bits ? bits : missing;
}

/* Whether VERIFIER takes the certificate of HOLDER. */
static bool trusts(struct round *round, const struct end *holder, const struct end *verifier,
		   unsigned missing, enum refusal refusal, enum cause cause)
{
	switch (trust_judge(holder, verifier, &round->to->certificate)) {
	case TRUST_GIVEN:
		return true;
	case TRUST_UNKNOWN:
		return cannot_tell(round, missing_of(round, missing));
	default:
		return refuse(round, refusal, cause);
	}
}

/* In version 1 the secret shows before any identity can be read. */
static bool open_version1(struct round *round)
{
	if (round->starter->tunnel->method != METHOD_PSK ||
	    round->answer.tunnel->method != METHOD_PSK)
		return true;
	return secrets_are_known(round) &&
	       (secrets_are_equal(round) || refuse(round, REFUSAL_UNDECRYPTABLE, CAUSE_SECRET));
}

static bool find_tunnel(struct round *round)
{
	const struct tunnel *chosen = choose_peer(round, true);

	if (!chosen) {
		enum cause cause = choose_peer(round, false) ? CAUSE_METHOD : CAUSE_NO_TUNNEL;

		return refuse(round, REFUSAL_AUTHENTICATION_FAILED, cause);
	}
	round->answer.tunnel = chosen;
	round->to->answer = chosen;
	return !round->to->missing || cannot_tell(round, 0);
}

/* The identity that who starts asks for; NULL: nobody by name. */
static const struct identity *asked_for(const struct round *round)
{
	const struct identity *wanted = &round->starter->tunnel->remote_id;

	return identity_is_pattern(wanted) ? NULL : wanted;
}

/* In version 2 who starts needs a secret before it can ask, and who answers one before it can
 * check. */
static bool starter_has_secret(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;

	return starter->version == 1 || starter->method != METHOD_PSK ||
	       keyring_has(round->starter, &starter->local_id, asked_for(round)) ||
	       refuse(round, REFUSAL_REFUSED_BY_STARTER, CAUSE_NO_SECRET);
}

static bool answerer_has_secret(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;

	return starter->version == 1 ||
	       keyring_has(&round->answer, asked_for(round), &starter->local_id) ||
	       refuse(round, REFUSAL_AUTHENTICATION_FAILED, CAUSE_NO_SECRET);
}

static bool prove_starter(struct round *round)
{
	if (round->starter->tunnel->method == METHOD_CERT)
		return trusts(round, round->starter, &round->answer, MISSING_STARTER_CERTIFICATE,
			      REFUSAL_AUTHENTICATION_FAILED, CAUSE_CERTIFICATE);
	return answerer_has_secret(round) && secrets_are_known(round) &&
	       (secrets_are_equal(round) ||
		refuse(round, REFUSAL_AUTHENTICATION_FAILED, CAUSE_SECRET));
}

static bool prove_answerer(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;

	if (!accepts(round, &round->answer, &starter->remote_id, MISSING_ANSWER_CERTIFICATE))
		return refuse(round, REFUSAL_REFUSED_BY_STARTER, CAUSE_WRONG_IDENTITY);
	if (round->to->missing)
		return cannot_tell(round, 0);
	return starter->method != METHOD_CERT ||
	       trusts(round, &round->answer, round->starter, MISSING_ANSWER_CERTIFICATE,
		      REFUSAL_REFUSED_BY_STARTER, CAUSE_ANSWER_CERTIFICATE);
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
	return !missing || cannot_tell(round, missing);
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
		end_with(round, OUTCOME_NO_CHILD,
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
		end_with(round, OUTCOME_NO_CHILD, REFUSAL_NO_PROPOSAL_CHOSEN, CAUSE_ESP);
		return false;
	}
	round->to->has_esp = true;
	return true;
}

/* ---- rekeying ---- */

/* The end whose rekeyings the other refuses loses the tunnel, unless the other one always comes
 * first. */
static bool is_lost_version1(const struct round *round, bool from_starter, bool from_answer)
{
	uint32_t starter = round->starter->tunnel->sa_rekey_time;
	uint32_t answer = round->answer.tunnel->sa_rekey_time;

	return from_starter ? !from_answer && answer < starter : !from_answer || starter < answer;
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

static void rekey(struct round *round)
{
	struct exchange *to = round->to;
	struct agreement other;
	bool from_starter = negotiate(round, round->starter, &round->answer, true, &to->rekeyed);
	bool from_answer = negotiate(round, &round->answer, round->starter, true, &other);
	bool is_lost = round->starter->tunnel->version == 1
			   ? is_lost_version1(round, from_starter, from_answer)
			   : !from_starter && !exchange_holds_by_reauthentication(
						  round->starter->tunnel, round->answer.tunnel);

	end_with(round, is_lost ? OUTCOME_LOST_AT_REKEY : OUTCOME_UP,
		 is_lost ? REFUSAL_NO_PROPOSAL_CHOSEN : REFUSAL_NONE,
		 is_lost ? CAUSE_REKEY : CAUSE_NONE);
}

static bool authenticate(struct round *round)
{
	if (round->starter->tunnel->version == 1 && !open_version1(round))
		return false;
	return starter_has_secret(round) && find_tunnel(round) && prove_starter(round) &&
	       prove_answerer(round);
}

void exchange_predict(const struct end *starter, const struct end *answerer,
		      struct exchange *exchange)
{
	struct round round = {.starter = starter,
			      .answerer = answerer,
			      .answer = *answerer,
			      .to = exchange,
			      .is_translated = end_is_translated(starter->tunnel)};

	memset(exchange, 0, sizeof(*exchange));
	exchange->possible = starter->tunnel->peer.set;
	if (!exchange->possible)
		return;
	if (!reaches(&round)) {
		refuse(&round, REFUSAL_NO_ANSWER, CAUSE_UNREACHED);
		return;
	}
	if (agree_ike(&round) && authenticate(&round) && agree_selectors(&round) &&
	    agree_esp(&round))
		rekey(&round);
}

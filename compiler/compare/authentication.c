/* SPDX-License-Identifier: ISC */
#include "compiler/compare/authentication.h"

#include "compiler/base/arena.h"
#include "compiler/compare/accept.h"
#include "compiler/compare/keyring.h"
#include "compiler/compare/trust.h"
#include "compiler/model/identity_parts.h"

/* ---- which tunnel ---- */

/* What is asked of a tunnel that answers. */
enum asked { ASKED_IDENTITIES, ASKED_METHOD, ASKED_ALL };

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

	if (wanted->type == IDENTITY_ANY || shown->type != IDENTITY_SUBJECT)
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

/* That what was asked for is END.  Many addresses are nobody, and are asked for all the same. */
static enum acceptance answers_to(const struct round *round, const struct end *end)
{
	const struct identity *wanted = &round->starter->tunnel->remote_id;

	if (round->starter->tunnel->version == 1 || !identity_is_asked_for(wanted))
		return ACCEPT_ANY;
	if (wanted->type == IDENTITY_INET_RANGE)
		return ACCEPT_NOT;
	return accepts(round, end, wanted, MISSING_ANSWER_CERTIFICATE);
}

/* What a tunnel asks of the certificate of who starts does not keep another one from taking it. */
static bool is_trusted(const struct round *round, const struct end *end)
{
	const struct tunnel *starter = round->starter->tunnel;
	struct refused_certificate why;

	return starter->method != METHOD_CERT ||
	       trust_judge(round->starter, end, &starter->local_id, &why) != TRUST_REFUSED;
}

static void consider(struct round *round, const struct tunnel *tunnel, enum asked asked,
		     struct candidate *best)
{
	const struct tunnel *starter = round->starter->tunnel;
	const struct end end = {round->answerer->gateway, tunnel};
	struct candidate it = {tunnel, round_address_quality(round, tunnel), 0};
	const struct proposals *has;
	enum acceptance own, other;

	if (tunnel->version != starter->version || !it.addresses ||
	    (asked >= ASKED_METHOD && tunnel->method != starter->method))
		return;
	own = answers_to(round, &end);
	other = accepts(round, round->starter, &tunnel->remote_id, MISSING_STARTER_CERTIFICATE);
	has = own && other ? end_proposals(&end, PROPOSAL_IKE, round->room) : NULL;
	if (!has || (starter->version != 1 && !proposals_hold(has, &round->to->ike)))
		return;
	if (asked == ASKED_ALL && !is_trusted(round, &end))
		return;
	it.identities = (unsigned)own + (unsigned)other;
	if (!best->tunnel || is_before(&it, best))
		*best = it;
}

/* Who shows the subject of its certificate may be anybody who is asked for by a name: more tunnels
 * than a device takes are not gone through. */
#define SUBJECT_MOST 256

static void consider_subject(struct round *round, enum asked asked, struct candidate *best)
{
	struct gateway_walk walk =
	    gateway_by_address(round->answerer->gateway, round->answerer->tunnel->local_address.ip);
	const struct tunnel *at;

	for (int i = 0; i < SUBJECT_MOST && (at = gateway_next(&walk)); i++) {
		if (at->remote_id.type == IDENTITY_DN && !identity_is_pattern(&at->remote_id))
			consider(round, at, asked, best);
	}
}

/* The connection by the identities that were shown and asked for. */
static const struct tunnel *choose_peer(struct round *round, enum asked asked)
{
	const struct gateway *gateway = round->answerer->gateway;
	const struct tunnel *starter = round->starter->tunnel;
	struct candidate best = {NULL, 0, 0};
	struct gateway_walk walk = gateway_by_remote_id(gateway, &starter->local_id);

	round->to->missing = 0;
	consider(round, round->answerer->tunnel, asked, &best);
	for (const struct tunnel *at; (at = gateway_next(&walk));) {
		if (at != round->answerer->tunnel && !identity_is_pattern(&at->remote_id))
			consider(round, at, asked, &best);
	}
	if (starter->local_id.type == IDENTITY_SUBJECT)
		consider_subject(round, asked, &best);
	for (size_t i = 0; i < gateway->pattern_count; i++) {
		if (gateway->patterns[i] != round->answerer->tunnel)
			consider(round, gateway->patterns[i], asked, &best);
	}
	return best.tunnel;
}

/* ---- proofs ---- */

static bool secrets_are_known(struct round *round)
{
	unsigned missing = 0;

	if (round->key->secret.mask == SECRET_MASKED)
		missing |= MISSING_STARTER_SECRET;
	if (round->answer_key->secret.mask == SECRET_MASKED)
		missing |= MISSING_ANSWER_SECRET;
	return !missing || round_cannot_tell(round, missing);
}

static bool secrets_are_equal(const struct tunnel *a, const struct tunnel *b)
{
	return slice_compare(a->secret.bytes, b->secret.bytes) == 0;
}

/* What is told of secrets that do not fit: where those of the two tunnels are equal it was another
 * one that was taken. */
static enum cause secret_cause(struct round *round)
{
	const struct tunnel *own = round->starter->tunnel;

	if (!secrets_are_equal(own, round->answer.tunnel))
		return CAUSE_SECRET;
	round->to->is_taken_by_starter = !secrets_are_equal(round->key, own);
	round->to->taken = round->to->is_taken_by_starter ? round->key : round->answer_key;
	return CAUSE_OTHER_SECRET;
}

/* Whose certificates are not there: of either end whose folder is not known, else MISSING. */
static unsigned missing_of(const struct round *round, unsigned missing)
{
	unsigned bits = (round->starter->gateway->pki ? 0 : MISSING_STARTER_CERTIFICATE) |
			(round->answer.gateway->pki ? 0 : MISSING_ANSWER_CERTIFICATE);

	return bits ? bits : missing;
}

/* The identity that who starts asks for; NULL: nobody by name. */
static const struct identity *asked_for(const struct round *round)
{
	const struct identity *wanted = &round->starter->tunnel->remote_id;

	return identity_is_asked_for(wanted) ? wanted : NULL;
}

/* What HOLDER, one of the two, shows of itself: in version 2 who answers repeats what it was asked
 * for. */
static const struct identity *shown_by(const struct round *round, const struct end *holder)
{
	bool is_asked =
	    holder != round->starter && holder->tunnel->version != 1 && asked_for(round);

	return is_asked ? asked_for(round) : &holder->tunnel->local_id;
}

/* Whether VERIFIER takes the certificate of HOLDER. */
static bool trusts(struct round *round, const struct end *holder, const struct end *verifier,
		   unsigned missing)
{
	bool is_starter = holder == round->starter;

	switch (trust_judge(holder, verifier, shown_by(round, holder), &round->to->certificate)) {
	case TRUST_GIVEN:
		return true;
	case TRUST_UNKNOWN:
		return round_cannot_tell(round, missing_of(round, missing));
	case TRUST_UNLISTED:
		return round_cannot_tell(round, missing == MISSING_STARTER_CERTIFICATE
						    ? MISSING_STARTER_LIST
						    : MISSING_ANSWER_LIST);
	default:
		return round_refuse(
		    round, is_starter ? REFUSAL_AUTHENTICATION_FAILED : REFUSAL_REFUSED_BY_STARTER,
		    is_starter ? CAUSE_CERTIFICATE : CAUSE_ANSWER_CERTIFICATE);
	}
}

/*
 * In version 1 the secret is needed before any identity can be read: who answers goes through its
 * tunnels between these addresses for one whose own two identities lead to a secret.
 */
static const struct tunnel *pick_between(struct round *round, struct address peer)
{
	const struct gateway *gateway = round->answerer->gateway;
	struct gateway_walk walk =
	    gateway_by_addresses(gateway, 1, round->answer.tunnel->local_address.ip, peer);
	const struct tunnel *key = NULL;

	for (const struct tunnel *at; !key && (at = gateway_next(&walk));) {
		if (at->version == 1 && round_address_quality(round, at))
			key = keyring_pick(gateway, &at->local_id, &at->remote_id);
	}
	return key;
}

/* The last resort: as if the addresses were the identities. */
static const struct tunnel *pick_by_addresses(const struct gateway *gateway, uint32_t own,
					      uint32_t peer)
{
	struct identity me, other;

	if (!identity_from_ip(gateway->arena, own, &me) ||
	    !identity_from_ip(gateway->arena, peer, &other))
		return NULL;
	return keyring_pick(gateway, &me, &other);
}

/* Who starts has a secret for OTHER, or, NULL, for whoever answers. */
static bool starter_has_secret(struct round *round, const struct identity *other)
{
	const struct end *starter = round->starter;

	round->key = keyring_pick(starter->gateway, &starter->tunnel->local_id, other);
	return round->key || round_refuse(round, REFUSAL_REFUSED_BY_STARTER, CAUSE_NO_SECRET);
}

static bool open_with_secret(struct round *round)
{
	round->answer_key = pick_between(round, round_address_seen(round));
	if (!round->answer_key)
		round->answer_key = pick_between(round, (struct address){false, 0});
	if (!round->answer_key)
		round->answer_key = pick_by_addresses(round->answerer->gateway,
						      round->answer.tunnel->local_address.ip,
						      round_address_seen(round).ip);
	if (!round->answer_key)
		return round_refuse(round, REFUSAL_NO_ANSWER, CAUSE_METHOD);
	return secrets_are_known(round) &&
	       (secrets_are_equal(round->key, round->answer_key) ||
		round_refuse(round, REFUSAL_UNDECRYPTABLE, secret_cause(round)));
}

static bool find_tunnel(struct round *round)
{
	const struct tunnel *chosen = choose_peer(round, ASKED_ALL);

	if (!chosen)
		chosen = choose_peer(round, ASKED_METHOD);
	if (!chosen) {
		enum cause cause =
		    choose_peer(round, ASKED_IDENTITIES) ? CAUSE_METHOD : CAUSE_NO_TUNNEL;

		return round_refuse(round, REFUSAL_AUTHENTICATION_FAILED, cause);
	}
	round->answer.tunnel = chosen;
	round->to->answer = chosen;
	return !round->to->missing || round_cannot_tell(round, 0);
}

/* Who answers has a secret between ME and who starts, and both are there to be compared. */
static bool answer_has_secret(struct round *round, const struct identity *me)
{
	round->answer_key =
	    keyring_pick(round->answer.gateway, me, &round->starter->tunnel->local_id);
	if (!round->answer_key)
		return round_refuse(round, REFUSAL_AUTHENTICATION_FAILED, CAUSE_NO_SECRET);
	return secrets_are_known(round);
}

/* Who answers needs one to check with, which may be any that fits, and one of its own. */
static bool prove_by_secret(struct round *round)
{
	const struct identity *shown = &round->starter->tunnel->local_id;

	if (!answer_has_secret(round, asked_for(round)))
		return false;
	if (!keyring_tries(round->answer.gateway, asked_for(round), shown, &round->key->secret))
		return round_refuse(round, REFUSAL_AUTHENTICATION_FAILED, secret_cause(round));
	return answer_has_secret(round, &round->answer.tunnel->local_id);
}

/* It is known which certificate HOLDER shows to VERIFIER, or it makes no difference. */
static bool choice_is_known(struct round *round, const struct end *holder,
			    const struct end *verifier, unsigned missing)
{
	return holder->tunnel->version != 1 ||
	       !trust_has_choice(holder, verifier, &holder->tunnel->local_id) ||
	       round_cannot_tell(round, missing);
}

static bool prove_starter(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;

	if (starter->method == METHOD_CERT)
		return choice_is_known(round, round->starter, &round->answer,
				       MISSING_STARTER_CHOICE) &&
		       trusts(round, round->starter, &round->answer, MISSING_STARTER_CERTIFICATE);
	return starter->version == 1 || prove_by_secret(round);
}

/* What who answers proves itself with is one that who starts tries for it. */
static bool answers_with_secret(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;

	return starter->version == 1 ||
	       keyring_tries(round->starter->gateway, &starter->local_id,
			     &round->answer.tunnel->local_id, &round->answer_key->secret) ||
	       round_refuse(round, REFUSAL_REFUSED_BY_STARTER, secret_cause(round));
}

static bool prove_answerer(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;

	if (!accepts(round, &round->answer, &starter->remote_id, MISSING_ANSWER_CERTIFICATE))
		return round_refuse(round, REFUSAL_REFUSED_BY_STARTER, CAUSE_WRONG_IDENTITY);
	if (round->to->missing)
		return round_cannot_tell(round, 0);
	if (starter->method != METHOD_CERT)
		return answers_with_secret(round);
	return trusts(round, &round->answer, round->starter, MISSING_ANSWER_CERTIFICATE);
}

/* In version 1 the private key is found by the identity that is shown: without one in the
 * certificate there is none. */
static bool has_own_key(struct round *round, const struct end *end, unsigned missing,
			enum refusal refusal, enum cause cause)
{
	if (end->tunnel->version != 1 || end->tunnel->method != METHOD_CERT)
		return true;
	switch (trust_has_identity(end, &end->tunnel->local_id)) {
	case TRUST_GIVEN:
		return true;
	case TRUST_UNKNOWN:
		return round_cannot_tell(round, missing_of(round, missing));
	default:
		round->to->certificate = (struct refused_certificate){REASON_OWN_NAMELESS, ""};
		return round_refuse(round, refusal, cause);
	}
}

/* What is needed before anybody can say who it is: in version 2 who starts needs a secret before it
 * can ask. */
static bool open(struct round *round)
{
	const struct tunnel *starter = round->starter->tunnel;

	if (starter->method != METHOD_PSK)
		return true;
	if (starter->version == 1)
		return starter_has_secret(round, &starter->remote_id) && open_with_secret(round);
	return starter_has_secret(round, asked_for(round));
}

/* Who answers must sign as who starts does. */
static bool has_answer_key(struct round *round)
{
	if (round->starter->tunnel->method != METHOD_CERT)
		return true;
	if (!choice_is_known(round, &round->answer, round->starter, MISSING_ANSWER_CHOICE))
		return false;
	if (trust_kinds_differ(round->starter, &round->answer, &round->to->certificate))
		return round_refuse(round, REFUSAL_AUTHENTICATION_FAILED, CAUSE_ANSWER_CERTIFICATE);
	return has_own_key(round, &round->answer, MISSING_ANSWER_CERTIFICATE,
			   REFUSAL_AUTHENTICATION_FAILED, CAUSE_ANSWER_CERTIFICATE);
}

bool authentication_run(struct round *round)
{
	return open(round) && find_tunnel(round) && prove_starter(round) && has_answer_key(round) &&
	       prove_answerer(round);
}

bool authentication_begin(struct round *round)
{
	return has_own_key(round, round->starter, MISSING_STARTER_CERTIFICATE,
			   REFUSAL_REFUSED_BY_STARTER, CAUSE_CERTIFICATE);
}

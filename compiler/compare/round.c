/* SPDX-License-Identifier: ISC */
#include "compiler/compare/round.h"

#include "compiler/model/words.h"

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

bool round_reaches(const struct round *round)
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

unsigned round_address_quality(const struct round *round, const struct tunnel *tunnel)
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

struct address round_address_seen(const struct round *round)
{
	const struct tunnel *meant = round->answerer->tunnel;
	bool is_other = round->is_translated && meant->peer.set;

	return (struct address){true, is_other ? meant->peer.ip
					       : round->starter->tunnel->local_address.ip};
}

/* ---- how it ends ---- */

void round_end(struct round *round, enum outcome outcome, enum refusal refusal, enum cause cause)
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

bool round_refuse(struct round *round, enum refusal refusal, enum cause cause)
{
	round_end(round, OUTCOME_NO_IKE, refusal, cause);
	return false;
}

bool round_cannot_tell(struct round *round, unsigned missing)
{
	round->to->missing |= missing;
	round_end(round, OUTCOME_UNKNOWN, REFUSAL_NONE, CAUSE_NONE);
	return false;
}

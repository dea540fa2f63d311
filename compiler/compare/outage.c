/* SPDX-License-Identifier: ISC */
#include "compiler/compare/outage.h"

#include "compiler/compare/accept.h"
#include "compiler/compare/exchange.h"

/* More that are alike than this are not looked at. */
#define RIVALS_MOST 32

unsigned outage_seconds(const struct tunnel *tunnel)
{
	if (tunnel->dpd_action == DPD_OFF)
		return 0;
	if (tunnel->version != 1)
		return tunnel->dpd_delay + OUTAGE_GIVES_UP;
	return tunnel->dpd_timeout > tunnel->dpd_delay ? tunnel->dpd_timeout : tunnel->dpd_delay;
}

/* ---- two tunnels with one pair of identities ---- */

static bool are_equal(const struct identity *a, const struct identity *b)
{
	return a->type == b->type && slice_compare(a->key, b->key) == 0;
}

static bool show_one_identity(const struct tunnel *a, const struct tunnel *b)
{
	if (a->local_id.type == IDENTITY_SUBJECT && b->local_id.type == IDENTITY_SUBJECT)
		return slice_compare(a->certificate, b->certificate) == 0;
	return are_equal(&a->local_id, &b->local_id);
}

/* With the same addresses it would be one connection (WI505). */
static bool is_rival(const struct tunnel *own, const struct tunnel *other)
{
	return other != own && other->initiator && other->version == own->version &&
	       (other->local_address.ip != own->local_address.ip ||
		other->peer.ip != own->peer.ip) &&
	       are_equal(&own->remote_id, &other->remote_id) && show_one_identity(own, other);
}

/* The gateways come to know each other through TUNNEL of the gateway of STARTER. */
static bool meets(const struct end *starter, const struct end *answerer,
		  const struct tunnel *tunnel)
{
	const struct end rival = {starter->gateway, tunnel};
	struct gateway_walk walk = gateway_by_address(answerer->gateway, tunnel->peer.ip);
	struct end meant = {answerer->gateway, gateway_next(&walk)};
	struct exchange exchange;

	if (!meant.tunnel)
		meant.tunnel = answerer->tunnel;
	exchange_predict(&rival, &meant, &exchange);
	return exchange.outcome == OUTCOME_UP || exchange.outcome == OUTCOME_LOST_AT_REKEY ||
	       exchange.outcome == OUTCOME_NO_CHILD;
}

const struct tunnel *outage_rival(const struct end *starter, const struct end *answerer)
{
	const struct tunnel *own = starter->tunnel, *at;
	struct gateway_walk walk = gateway_by_remote_id(starter->gateway, &own->remote_id);

	if (!own->initiator || identity_is_pattern(&own->remote_id))
		return NULL;
	for (int i = 0; i < RIVALS_MOST && (at = gateway_next(&walk)); i++) {
		if (is_rival(own, at) && meets(starter, answerer, at))
			return at;
	}
	return NULL;
}

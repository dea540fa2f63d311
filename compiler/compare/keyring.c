/* SPDX-License-Identifier: ISC */
#include "compiler/compare/keyring.h"

#include "backends/swanctl.h"
#include "compiler/compare/accept.h"

/*
 * charon finds a secret by its owners: one of the two identities that it knows at that moment must
 * fit one of them.  To prove itself an end takes the secret whose owner fits the peer best, then
 * itself best, and of equal ones the one that stands last in the text; in version 2 it takes any of
 * them from the peer.  An end that starts and asks for nobody by name knows its own identity only,
 * and one that is asked for nobody by name that of the peer only.  Who owns what is the backend's
 * rule (backends/swanctl_secrets.c).
 */

struct search {
	const struct gateway *gateway;
	const struct identity *me, *other;
	/* the best so far */
	const struct tunnel *best;
	enum acceptance of_me, of_other;
	/* one that is looked for, or NULL */
	const struct secret *secret;
	bool found;
};

static bool is_pattern(const struct identity *identity)
{
	return identity->wildcard || swanctl_id_has_star(identity);
}

static bool owns_local(const struct gateway *gateway, const struct tunnel *tunnel)
{
	if (tunnel->remote_id.type == IDENTITY_ANY ||
	    (tunnel->initiator && is_pattern(&tunnel->remote_id)))
		return true;
	return gateway_shares_remote_id(gateway, tunnel);
}

static bool owns_remote(const struct tunnel *tunnel)
{
	return tunnel->remote_id.type != IDENTITY_ANY &&
	       (!tunnel->initiator || !is_pattern(&tunnel->remote_id));
}

/* How well IDENTITY fits the owners of the secret of TUNNEL. */
static enum acceptance owner_fits(const struct search *search, const struct tunnel *tunnel,
				  const struct identity *identity)
{
	const struct gateway *gateway = search->gateway;
	enum acceptance local = ACCEPT_NOT, remote = ACCEPT_NOT;

	/* the only secret of a responder is for everybody */
	if (tunnel->remote_id.type == IDENTITY_ANY && !tunnel->initiator && gateway->secrets == 1)
		return ACCEPT_ANY;
	if (identity && owns_local(gateway, tunnel))
		local = identity_acceptance(identity, &tunnel->local_id, gateway->arena);
	if (identity && owns_remote(tunnel))
		remote = identity_acceptance(identity, &tunnel->remote_id, gateway->arena);
	return local > remote ? local : remote;
}

static bool is_better(const struct search *search, const struct tunnel *tunnel, enum acceptance me,
		      enum acceptance other)
{
	if (!search->best || other != search->of_other)
		return !search->best || other > search->of_other;
	if (me != search->of_me)
		return me > search->of_me;
	return tunnel->header.from > search->best->header.from;
}

static void consider(struct search *search, const struct tunnel *tunnel)
{
	enum acceptance me, other;

	if (tunnel->method != METHOD_PSK)
		return;
	me = owner_fits(search, tunnel, search->me);
	other = owner_fits(search, tunnel, search->other);
	if (!me && !other)
		return;
	if (search->secret && slice_compare(tunnel->secret.bytes, search->secret->bytes) == 0)
		search->found = true;
	if (is_better(search, tunnel, me, other)) {
		search->best = tunnel;
		search->of_me = me;
		search->of_other = other;
	}
}

static void consider_owned(struct search *search, const struct identity *identity)
{
	struct gateway_walk walk;

	if (!identity)
		return;
	walk = gateway_by_remote_id(search->gateway, identity);
	for (const struct tunnel *at; (at = gateway_next(&walk));)
		consider(search, at);
	walk = gateway_by_shared_local_id(search->gateway, identity);
	for (const struct tunnel *at; (at = gateway_next(&walk));)
		consider(search, at);
}

static void look(struct search *search)
{
	consider_owned(search, search->me);
	consider_owned(search, search->other);
	for (size_t i = 0; i < search->gateway->pattern_count; i++)
		consider(search, search->gateway->patterns[i]);
}

const struct tunnel *keyring_pick(const struct gateway *gateway, const struct identity *me,
				  const struct identity *other)
{
	struct search search = {.gateway = gateway, .me = me, .other = other};

	look(&search);
	return search.best;
}

bool keyring_tries(const struct gateway *gateway, const struct identity *me,
		   const struct identity *other, const struct secret *secret)
{
	struct search search = {.gateway = gateway, .me = me, .other = other, .secret = secret};

	look(&search);
	return search.found;
}

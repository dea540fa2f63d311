/* SPDX-License-Identifier: ISC */
#include "compiler/compare/keyring.h"

#include "backends/swanctl.h"
#include "compiler/compare/accept.h"

/*
 * charon finds a secret by its owners: one of the two identities that it knows at that moment must
 * fit one of them.  An end that starts and asks for nobody by name knows its own identity only, and
 * one that is asked for nobody by name that of the peer only.  Who owns what is the backend's rule
 * (backends/swanctl_secrets.c).
 */

/* Another tunnel with a secret expects the same identity. */
static bool is_shared(const struct end *end)
{
	const struct identity *remote = &end->tunnel->remote_id;
	struct gateway_walk walk = gateway_by_remote_id(end->gateway, remote);

	for (const struct tunnel *at; (at = gateway_next(&walk));) {
		if (at != end->tunnel && at->method == METHOD_PSK &&
		    slice_compare(at->remote_id.key, remote->key) == 0)
			return true;
	}
	return false;
}

static bool owns_local(const struct end *end)
{
	const struct tunnel *tunnel = end->tunnel;
	bool is_pattern = tunnel->remote_id.wildcard || swanctl_id_has_star(&tunnel->remote_id);

	if (tunnel->remote_id.type == IDENTITY_ANY || (tunnel->initiator && is_pattern))
		return true;
	return is_shared(end);
}

static bool owns_remote(const struct tunnel *tunnel)
{
	if (tunnel->remote_id.type == IDENTITY_ANY)
		return false;
	return !tunnel->initiator ||
	       (!tunnel->remote_id.wildcard && !swanctl_id_has_star(&tunnel->remote_id));
}

/* One of the two identities that are known fits OWNER, whichever it was meant for. */
static bool fits_either(const struct identity *me, const struct identity *other,
			const struct identity *owner, struct arena *arena)
{
	return (me && identity_acceptance(me, owner, arena)) ||
	       (other && identity_acceptance(other, owner, arena));
}

bool keyring_has(const struct end *end, const struct identity *me, const struct identity *other)
{
	const struct tunnel *tunnel = end->tunnel;
	struct arena *arena = end->gateway->arena;

	/* the only secret of a responder is for everybody */
	if (tunnel->remote_id.type == IDENTITY_ANY && !tunnel->initiator &&
	    end->gateway->secrets == 1)
		return true;
	return (owns_local(end) && fits_either(me, other, &tunnel->local_id, arena)) ||
	       (owns_remote(tunnel) && fits_either(me, other, &tunnel->remote_id, arena));
}

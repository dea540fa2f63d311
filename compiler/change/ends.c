/* SPDX-License-Identifier: ISC */
/*
 * Whether the other end must change too.  Nobody here has the other end's text; what the tunnel was
 * until now says what it has: as its peer's address ours, as its remote-id our local-id, the same
 * suites, and where ours are automatic, so are its own.  What it asks of us, and did not say (any
 * identity of a peer, any CA), it is taken to have as we ask for it now.
 */
#include "compiler/change/ends.h"

#include "compiler/model/words.h"

#include <string.h>

/* ---- identities ---- */

static bool ends_with(struct slice value, struct slice end)
{
	return value.length >= end.length &&
	       slice_compare(slice_cut(value, value.length - end.length), end) == 0;
}

/* What a `*' at the beginning of a name stands for; a key has its type before that.  Of DNs and
 * ranges it is not known. */
static bool matches(const struct identity *pattern, const struct identity *identity)
{
	return pattern->type == identity->type &&
	       (pattern->type == IDENTITY_NAME || pattern->type == IDENTITY_EMAIL) &&
	       ends_with(identity->key, slice_cut(pattern->key, 2));
}

static bool same_identity(const struct identity *a, const struct identity *b)
{
	return a->type == b->type && slice_compare(a->key, b->key) == 0;
}

/* The other end looks for what we were. */
static bool changes_local_id(const struct identity *from, const struct identity *to)
{
	return !same_identity(from, to);
}

/* We look for what it is. */
static bool changes_remote_id(const struct identity *from, const struct identity *to)
{
	if (identity_accepts_any(from) || identity_accepts_any(to) || same_identity(from, to))
		return false;
	if (to->wildcard)
		return !matches(to, from);
	return !from->wildcard || !matches(from, to);
}

/* ---- subnets ---- */

static bool overlap(const struct subnet *a, const struct subnet *b)
{
	uint32_t mask = prefix_mask(a->length < b->length ? a->length : b->length);

	return (a->address & mask) == (b->address & mask);
}

/* Where they overlap, the ends come up with what both have. */
static bool changes_subnet(const struct subnet *from, const struct subnet *to)
{
	return from->known && to->known && !overlap(from, to);
}

/* ---- suites ---- */

static const struct algorithm *slot(const struct suite *suite, enum suite_slot which)
{
	return suite->slot[which].algorithm;
}

/* What an automatic initiator of version 1 offers for phase 1 (swanctl_suite.c). */
static bool is_offered(const struct suite *ike)
{
	return strcmp(slot(ike, SUITE_AUTH)->word, "sha256") == 0 ||
	       strncmp(slot(ike, SUITE_DH)->word, "modp", 4) == 0;
}

/* Quick mode has one group, that of phase 1; two automatic ends take the first of the list. */
static bool is_group_of(const struct suite *esp, const struct suite *ike)
{
	const char *group = ike->set ? slot(ike, SUITE_DH)->word : "modp2048";

	return strcmp(slot(esp, SUITE_DH)->word, group) == 0;
}

/*
 * One end is automatic, the other, EXPLICIT, is not: in version 2 they come up.  In version 1 an
 * automatic responder takes any suite, and an initiator has not all to offer.
 */
static bool changes_automatic(const struct tunnel *from, const struct tunnel *to,
			      enum setting setting, const struct tunnel *explicit)
{
	bool explicit_starts = (explicit == to) == to->initiator;

	if (to->version == 2 || explicit_starts)
		return false;
	return setting == SETTING_IKE
		   ? !is_offered(explicit->ike)
		   : !is_group_of(explicit->esp, to->ike->set ? to->ike : from->ike);
}

static bool changes_suite(const struct tunnel *from, const struct tunnel *to, enum setting setting)
{
	bool is_ike = setting == SETTING_IKE;
	const struct suite *old = is_ike ? from->ike : from->esp;
	const struct suite *new = is_ike ? to->ike : to->esp;

	return (old->set && new->set) || changes_automatic(from, to, setting, new->set ? to : from);
}

/* ---- the whole ---- */

bool ends_both_change(const struct tunnel *from, const struct tunnel *to, enum setting setting)
{
	switch (setting) {
	case SETTING_CA:
	case SETTING_VERSION:
	case SETTING_METHOD:
	case SETTING_SECRET:
	case SETTING_LOCAL_ADDRESS:
		return true;
	case SETTING_PEER:
		return from->peer.set && to->peer.set;
	case SETTING_LOCAL_ID:
		return changes_local_id(&from->local_id, &to->local_id);
	case SETTING_REMOTE_ID:
		return changes_remote_id(&from->remote_id, &to->remote_id);
	case SETTING_LOCAL_SUBNET:
		return changes_subnet(&from->local_subnet, &to->local_subnet);
	case SETTING_REMOTE_SUBNET:
		return changes_subnet(&from->remote_subnet, &to->remote_subnet);
	case SETTING_IKE:
	case SETTING_ESP:
		return changes_suite(from, to, setting);
	case SETTING_CERTIFICATE: /* its subject is taken to be another one */
		return to->local_id.type == IDENTITY_SUBJECT;
	case SETTING_DESCRIPTION:
	case SETTING_DPD_ACTION:
	case SETTING_DPD_DELAY:
	case SETTING_DPD_TIMEOUT:
	case SETTING_ENABLE:
	case SETTING_INITIATOR:
	case SETTING_REAUTH_TIME:
	case SETTING_REVOCATION:
	case SETTING_SA_REKEY_TIME:
	case SETTING_COUNT:
		break;
	}
	return false;
}

/* SPDX-License-Identifier: ISC */
/*
 * Agent configuration: what is made of several leaves, and the must statements of
 * schemas/weipsec-agent.yang.  What a rule of the catalogue calls an error is one here where a
 * single tunnel shows it; the rules across tunnels are the compiler's.
 */
#include "compiler/agent/agent.h"

#include "compiler/lower/value.h"
#include "compiler/model/field.h"
#include "compiler/model/identity_reader.h"
#include "compiler/model/resolve.h"

#include <string.h>

/* ---- identities ---- */

/* What stands before the first MARK in VALUE, and in *REST what stands behind it. */
static bool split(struct slice value, char mark, struct slice *first, struct slice *rest)
{
	const char *at = memchr(value.at, mark, value.length);

	if (!at)
		return false;
	*first = (struct slice){value.at, (size_t)(at - value.at)};
	*rest = identity_cut(value, first->length + 1);
	return true;
}

/* `10.0.0.0/8', `10.0.0.1-10.0.0.9' */
static bool take_range(const struct identity_reader *reader, struct slice value)
{
	struct slice first, rest;
	uint32_t from, to;

	if (split(value, '/', &first, &rest))
		return address_read(first, &from) && number_read(rest, &to) && to <= 32 &&
		       identity_take_net(reader, from, to);
	return split(value, '-', &first, &rest) && address_read(first, &from) &&
	       address_read(rest, &to) && from <= to && identity_take_range(reader, from, to);
}

static bool take_inet(const struct identity_reader *reader, struct slice value)
{
	uint32_t ip;

	return address_read(value, &ip) && ip && identity_take_ip(reader, ip);
}

static bool take_octets(struct agent *agent, const struct identity_reader *reader,
			enum identity_type type, struct slice hex)
{
	struct slice bytes;

	if (!identity_hex_decode(agent->arena, hex, true, &bytes) || bytes.length == 0)
		return false;
	if (type == IDENTITY_DN)
		return identity_take_der(reader, bytes);
	return type == IDENTITY_KEY && identity_take_key(reader, bytes);
}

static bool take_value(const struct identity_reader *reader, enum identity_type type,
		       struct slice value)
{
	switch (type) {
	case IDENTITY_INET:
		return take_inet(reader, value);
	case IDENTITY_INET_RANGE:
		return take_range(reader, value);
	case IDENTITY_NAME:
		return identity_take_name(reader, value);
	case IDENTITY_EMAIL:
		return identity_take_email(reader, value);
	case IDENTITY_KEY:
		return identity_take_key(reader, value);
	case IDENTITY_DN:
		return identity_take_dn(reader, value);
	case IDENTITY_ANY:
		return identity_take_any(reader, value);
	case IDENTITY_NONE:
	case IDENTITY_SUBJECT:
		break;
	}
	return false;
}

static int find_type(struct slice word)
{
	for (int type = IDENTITY_NONE; type <= IDENTITY_DN; type++) {
		if (slice_is(word, model_identity_word((enum identity_type)type)))
			return type;
	}
	return -1;
}

/* An automatic identity has no form of its own, and `any' no key then. */
static bool take_automatic(struct agent *agent, enum identity_type type, struct slice value,
			   struct identity *identity)
{
	uint32_t ip;

	identity->type = type;
	if (type == IDENTITY_INET)
		return address_read(value, &ip) && identity_from_ip(agent->arena, ip, identity);
	return value.length == 0 &&
	       (type == IDENTITY_NONE || type == IDENTITY_ANY || type == IDENTITY_SUBJECT);
}

static bool take_identity(struct agent *agent, const struct agent_identity *parts, bool automatic,
			  struct identity *identity)
{
	const struct identity_reader reader = {&agent->findings, {0, 0}, identity};
	int type = find_type(parts->type);

	if (type < 0 || (parts->value.length && parts->octets.length) ||
	    parts->value.length > IDENTITY_MAX || parts->octets.length > (size_t)3 * IDENTITY_MAX ||
	    !identity_is_printable(parts->value))
		return false;
	if (automatic)
		return !parts->deduced && parts->octets.length == 0 &&
		       take_automatic(agent, (enum identity_type)type, parts->value, identity);
	identity->form = parts->deduced ? IDENTITY_DEDUCED : IDENTITY_TYPED;
	if (parts->octets.length)
		return take_octets(agent, &reader, (enum identity_type)type, parts->octets);
	return (parts->value.length || type == IDENTITY_ANY) &&
	       take_value(&reader, (enum identity_type)type, parts->value);
}

bool agent_read_identity(struct agent *agent, enum option option,
			 const struct agent_identity *parts, const char **why)
{
	bool local = option == OPTION_LOCAL_ID;
	struct identity *identity = local ? &agent->tunnel->local_id : &agent->tunnel->remote_id;

	*identity = (struct identity){0};
	*why = local ? "'local-id' is no identity of its type"
		     : "'remote-id' is no identity of its type";
	return take_identity(agent, parts, agent->defaults & OPTION_BIT(option), identity);
}

/* ---- tunnels ---- */

static const char *ends_flaw(const struct tunnel *tunnel)
{
	const struct subnet *local = &tunnel->local_subnet, *remote = &tunnel->remote_subnet;

	if (tunnel->enabled && !tunnel->local_address.set)
		return "an enabled tunnel needs a local-address";
	if (tunnel->enabled && tunnel->initiator && !tunnel->peer.set)
		return "an initiator needs a peer";
	if (tunnel->peer.set && tunnel->local_address.set &&
	    tunnel->peer.ip == tunnel->local_address.ip)
		return "the peer cannot be the local-address";
	if (local->known && remote->known && !local->length && !remote->length)
		return "both subnets select everything";
	if (!tunnel->initiator &&
	    (tunnel->dpd_action == DPD_TRAP || tunnel->dpd_action == DPD_RESTART))
		return "a responder's dpd-action can only be clear, or off";
	return NULL;
}

static const char *authentication_flaw(const struct tunnel *tunnel)
{
	if (!tunnel->enabled)
		return NULL;
	if (tunnel->method == METHOD_PSK && !tunnel->secret.set)
		return "method psk needs a secret";
	if (tunnel->method == METHOD_CERT && !tunnel->certificate.length)
		return "method cert needs a certificate";
	if (tunnel->method == METHOD_CERT && !tunnel->ca.length)
		return "method cert needs a ca: without one, every CA of the device would be "
		       "trusted";
	return NULL;
}

static const char *identity_flaw(const struct tunnel *tunnel)
{
	enum identity_type local = tunnel->local_id.type, remote = tunnel->remote_id.type;

	if (local == IDENTITY_ANY)
		return "a local-id cannot be any";
	if (local == IDENTITY_SUBJECT && tunnel->method != METHOD_CERT)
		return "only method cert has a subject";
	if (remote == IDENTITY_SUBJECT)
		return "a remote-id cannot be the gateway's own subject";
	if (tunnel->enabled && local == IDENTITY_NONE)
		return "an enabled tunnel needs a local-id";
	if (tunnel->enabled && remote == IDENTITY_NONE)
		return "an enabled tunnel needs a remote-id";
	return NULL;
}

static const struct algorithm *slot(const struct suite *suite, enum suite_slot which)
{
	return suite->slot[which].algorithm;
}

static const char *suite_flaw(const struct suite *suite)
{
	if (!suite->set)
		return NULL;
	if (!slot(suite, SUITE_CIPHER))
		return "a suite needs a cipher";
	if (!slot(suite, SUITE_DH))
		return "a suite needs a dh";
	if (slot(suite, SUITE_CIPHER)->kind == ALGORITHM_AEAD && slot(suite, SUITE_AUTH))
		return "an AEAD cipher takes no auth";
	if (slot(suite, SUITE_CIPHER)->kind != ALGORITHM_AEAD && !slot(suite, SUITE_AUTH))
		return "a cipher that is not AEAD needs an auth";
	return NULL;
}

static const char *ike_flaw(const struct tunnel *tunnel)
{
	const struct suite *ike = &tunnel->ike;
	const char *flaw = suite_flaw(ike);
	bool aead;

	if (!ike->set || flaw)
		return flaw;
	aead = slot(ike, SUITE_CIPHER)->kind == ALGORITHM_AEAD;
	if (aead && !slot(ike, SUITE_PRF))
		return "an AEAD cipher needs a prf in ike";
	if (!aead && slot(ike, SUITE_PRF))
		return "this ike cipher takes no prf";
	if (tunnel->version == 1 && !slot(ike, SUITE_CIPHER)->ikev1)
		return "in version 1 the ike cipher has to be aes128 or aes256";
	return NULL;
}

static bool is_missing(const struct tunnel *tunnel, enum option option, bool there)
{
	return tunnel->from[option].state == ORIGIN_GIVEN && !there;
}

static const char *missing_flaw(const struct tunnel *tunnel)
{
	if (is_missing(tunnel, OPTION_SECRET, tunnel->secret.set))
		return "secret is neither there nor listed as default";
	if (is_missing(tunnel, OPTION_CERTIFICATE, tunnel->certificate.length))
		return "certificate is neither there nor listed as default";
	if (is_missing(tunnel, OPTION_CA, tunnel->ca.length))
		return "ca is neither there nor listed as default";
	if (is_missing(tunnel, OPTION_LOCAL_ADDRESS, tunnel->local_address.set))
		return "local-address is neither there nor listed as default";
	if (is_missing(tunnel, OPTION_LOCAL_SUBNET, tunnel->local_subnet.known))
		return "local-subnet is neither there nor listed as default";
	if (is_missing(tunnel, OPTION_REMOTE_SUBNET, tunnel->remote_subnet.known))
		return "remote-subnet is neither there nor listed as default";
	if (is_missing(tunnel, OPTION_IKE, tunnel->ike.set))
		return "ike is neither there nor listed as default";
	if (is_missing(tunnel, OPTION_ESP, tunnel->esp.set))
		return "esp is neither there nor listed as default";
	return NULL;
}

const char *agent_tunnel_flaw(const struct tunnel *tunnel)
{
	const char *flaw = ends_flaw(tunnel);

	if (!flaw)
		flaw = authentication_flaw(tunnel);
	if (!flaw)
		flaw = identity_flaw(tunnel);
	if (!flaw)
		flaw = ike_flaw(tunnel);
	if (!flaw)
		flaw = suite_flaw(&tunnel->esp);
	return flaw ? flaw : missing_flaw(tunnel);
}

/* ---- defaults ---- */

int agent_find_no_default(struct agent *agent, const struct tunnel *tunnel, uint32_t defaults)
{
	struct tunnel wanted = *tunnel;

	for (int option = 0; option < OPTION_COUNT; option++) {
		if (defaults & OPTION_BIT(option))
			field_reset(&wanted, (enum option)option);
	}
	tunnel_resolve(&wanted, agent->arena);
	for (int option = 0; option < OPTION_COUNT; option++) {
		if (defaults & OPTION_BIT(option) &&
		    !field_equal(&wanted, tunnel, (enum option)option))
			return option;
	}
	return -1;
}

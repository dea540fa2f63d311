/* SPDX-License-Identifier: ISC */
/*
 * Agent configuration: what is made of several leaves.  What a tunnel may be is for the rules of the
 * catalogue to say, and is not said again here: only that all of it is there, and that a default is
 * one, which no text can get wrong.
 */
#include "compiler/agent/agent.h"

#include "compiler/lower/value.h"
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

static bool lacks_cipher(const struct suite *suite)
{
	return suite->set && !suite->slot[SUITE_CIPHER].algorithm;
}

static bool is_missing(const struct tunnel *tunnel, enum option option, bool there)
{
	return tunnel->from[option].state == ORIGIN_GIVEN && !there;
}

/* What is wrong with a tunnel as a whole, or NULL. */
static const char *tunnel_flaw(const struct tunnel *tunnel)
{
	if (lacks_cipher(&tunnel->ike) || lacks_cipher(&tunnel->esp))
		return "a suite needs a cipher";
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

/* ---- defaults ---- */

static bool same_slice(struct slice a, struct slice b)
{
	return slice_compare(a, b) == 0;
}

static bool same_subnet(const struct subnet *a, const struct subnet *b)
{
	return a->known == b->known && a->address == b->address && a->length == b->length;
}

static bool same_identity(const struct identity *a, const struct identity *b)
{
	return a->type == b->type && a->ip == b->ip;
}

static bool same_value(enum option_type type, const void *a, const void *b, size_t size)
{
	switch (type) {
	case OPTION_TEXT:
	case OPTION_LABEL:
		return same_slice(*(const struct slice *)a, *(const struct slice *)b);
	case OPTION_SUBNET:
		return same_subnet(a, b);
	case OPTION_IDENTITY:
		return same_identity(a, b);
	case OPTION_ADDRESS:
		return ((const struct address *)a)->set == ((const struct address *)b)->set;
	case OPTION_SUITE:
		return ((const struct suite *)a)->set == ((const struct suite *)b)->set;
	case OPTION_SECRET_TEXT:
		return ((const struct secret *)a)->set == ((const struct secret *)b)->set;
	case OPTION_FLAG:
	case OPTION_CHOICE:
	case OPTION_NUMBER:
	case OPTION_DURATION:
		break;
	}
	return memcmp(a, b, size) == 0;
}

/* A setting that is listed as default and has another value, or -1. */
static int find_no_default(const struct tunnel *tunnel, struct arena *arena)
{
	struct tunnel wanted = *tunnel;

	for (int option = 0; option < OPTION_COUNT; option++) {
		const struct option_info *info = &option_table[option];

		if (tunnel->from[option].state == ORIGIN_DEFAULT)
			memcpy((char *)&wanted + info->offset,
			       (const char *)&tunnel_standard + info->offset, info->size);
	}
	tunnel_resolve(&wanted, arena);
	for (int option = 0; option < OPTION_COUNT; option++) {
		const struct option_info *info = &option_table[option];

		if (tunnel->from[option].state == ORIGIN_DEFAULT &&
		    !same_value(info->type, (const char *)&wanted + info->offset,
				(const char *)tunnel + info->offset, info->size))
			return option;
	}
	return -1;
}

static bool check_tunnel(struct agent *agent, const struct tunnel *tunnel)
{
	uint32_t line = text_place(agent->text, tunnel->header.from).line;
	const char *flaw = tunnel_flaw(tunnel);
	int option;

	if (flaw)
		return agent_fail(agent, line, "tunnel %d: %s", (int)tunnel->id, flaw);
	option = find_no_default(tunnel, agent->arena);
	return option < 0 ||
	       agent_fail(agent, line,
			  "tunnel %d: '%s' is listed as default, and its value is another",
			  (int)tunnel->id, option_table[option].word);
}

bool agent_check(struct agent *agent)
{
	for (size_t i = 0; i < agent->model->count; i++) {
		if (!check_tunnel(agent, agent->model->tunnels[i]))
			return false;
	}
	return !arena_failed(agent->arena) || agent_fail_memory(agent);
}

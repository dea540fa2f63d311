/* SPDX-License-Identifier: ISC */
/* Agent configuration: the identities, which are made of several leaves. */
#include "compiler/agent/agent.h"

#include "compiler/model/identity_parts.h"
#include "compiler/model/words.h"

/* `10.0.0.0/8', `10.0.0.1-10.0.0.9' */
static bool take_range(struct arena *arena, struct slice value, struct identity *identity)
{
	struct slice first, rest;
	uint32_t from, to;

	if (slice_split(value, '/', &first, &rest))
		return address_read(first, &from) && number_read(rest, &to) && to <= 32 &&
		       identity_from_net(arena, from, to, identity);
	return slice_split(value, '-', &first, &rest) && address_read(first, &from) &&
	       address_read(rest, &to) && from <= to &&
	       identity_from_range(arena, from, to, identity);
}

static bool take_inet(struct arena *arena, struct slice value, struct identity *identity)
{
	uint32_t ip;

	return address_read(value, &ip) && ip && identity_from_ip(arena, ip, identity);
}

static bool take_octets(struct arena *arena, enum identity_type type, struct slice hex,
			struct identity *identity)
{
	struct slice bytes;

	if (!identity_hex_decode(arena, hex, true, &bytes) || bytes.length == 0)
		return false;
	if (type == IDENTITY_DN)
		return identity_from_der(arena, bytes, identity);
	return type == IDENTITY_KEY && identity_from_text(arena, type, bytes, identity);
}

static bool take_value(struct arena *arena, enum identity_type type, struct slice value,
		       struct identity *identity)
{
	switch (type) {
	case IDENTITY_INET:
		return take_inet(arena, value, identity);
	case IDENTITY_INET_RANGE:
		return take_range(arena, value, identity);
	case IDENTITY_NAME:
	case IDENTITY_EMAIL:
	case IDENTITY_KEY:
		return identity_from_text(arena, type, value, identity);
	case IDENTITY_DN:
		return identity_from_dn(arena, value, identity);
	case IDENTITY_ANY:
		return identity_from_any(arena, value, identity);
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
		return take_octets(agent->arena, (enum identity_type)type, parts->octets, identity);
	return (parts->value.length || type == IDENTITY_ANY) &&
	       take_value(agent->arena, (enum identity_type)type, parts->value, identity);
}

bool agent_read_identity(struct agent *agent, enum setting setting,
			 const struct agent_identity *parts, const char **why)
{
	bool local = setting == SETTING_LOCAL_ID;
	struct identity *identity = local ? &agent->tunnel->local_id : &agent->tunnel->remote_id;

	*identity = (struct identity){0};
	*why = local ? "'local-id' is no identity of its type"
		     : "'remote-id' is no identity of its type";
	return take_identity(agent, parts, agent->defaults & SETTING_BIT(setting), identity);
}

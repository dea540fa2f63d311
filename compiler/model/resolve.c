/* SPDX-License-Identifier: ISC */
/* The defaults that rest on other settings: on role, method and outer addresses. */
#include "compiler/model/resolve.h"

#include "compiler/model/identity_parts.h"

#include <string.h>

/* clang-format off */
#define STANDARD(number)                                                                           \
	.id = -1,                                                                                  \
	.enabled = true,                                                                           \
	.version = (number),                                                                       \
	.method = METHOD_PSK,                                                                      \
	.ike = &suite_automatic,                                                                   \
	.esp = &suite_automatic,                                                                   \
	.revocation = REVOCATION_RELAXED,                                                          \
	.dpd_action = DPD_CLEAR,                                                                   \
	.dpd_delay = 30,                                                                           \
	.dpd_timeout = 120,                                                                        \
	.sa_rekey_time = 3600
/* clang-format on */

const struct tunnel tunnel_standard = {STANDARD(2)};
const struct tunnel tunnel_weos4 = {STANDARD(1)};

static bool is_automatic(const struct tunnel *tunnel, enum setting setting)
{
	enum origin_state state = tunnel_state(tunnel, setting);

	return state == ORIGIN_DEFAULT || state == ORIGIN_RESET;
}

static void resolve_local_id(struct tunnel *tunnel, struct arena *arena)
{
	if (!is_automatic(tunnel, SETTING_LOCAL_ID) || tunnel_bad(tunnel, SETTING_METHOD))
		return;
	if (tunnel->method == METHOD_CERT)
		tunnel->local_id.type = IDENTITY_SUBJECT;
	else if (tunnel->local_address.set)
		identity_from_ip(arena, tunnel->local_address.ip, &tunnel->local_id);
}

static void resolve_remote_id(struct tunnel *tunnel, struct arena *arena)
{
	if (!is_automatic(tunnel, SETTING_REMOTE_ID) || tunnel_bad(tunnel, SETTING_INITIATOR))
		return;
	/* a WeOS 4 responder is taken to expect the peer's address, too, where it has one */
	if (tunnel->weos4 ? !tunnel->peer.set && !tunnel_bad(tunnel, SETTING_PEER)
			  : !tunnel->initiator)
		tunnel->remote_id.type = IDENTITY_ANY;
	else if (tunnel->peer.set)
		identity_from_ip(arena, tunnel->peer.ip, &tunnel->remote_id);
}

static void resolve_subnet(struct subnet *subnet, const struct tunnel *tunnel, enum setting setting,
			   struct address outer)
{
	if (is_automatic(tunnel, setting) && outer.set)
		*subnet = (struct subnet){.known = true, .address = outer.ip, .length = 32};
}

void tunnel_resolve(struct tunnel *tunnel, struct arena *arena)
{
	char *description;

	if (tunnel_state(tunnel, SETTING_DPD_ACTION) == ORIGIN_DEFAULT)
		tunnel->dpd_action = tunnel->initiator ? DPD_RESTART : DPD_CLEAR;
	resolve_local_id(tunnel, arena);
	resolve_remote_id(tunnel, arena);
	resolve_subnet(&tunnel->local_subnet, tunnel, SETTING_LOCAL_SUBNET, tunnel->local_address);
	resolve_subnet(&tunnel->remote_subnet, tunnel, SETTING_REMOTE_SUBNET, tunnel->peer);
	if (!is_automatic(tunnel, SETTING_DESCRIPTION))
		return;
	description = arena_printf(arena, "ipsec%d", (int)tunnel->id);
	if (description)
		tunnel->description = (struct slice){description, strlen(description)};
}

/* SPDX-License-Identifier: ISC */
#include "backends/xfrm.h"

#include "backends/xfrm_keys.h"

#include <string.h>

/*
 * A script of policies: while no SA of its tunnel matches, the kernel drops what they select.  They
 * bear the mark 0 under the mask of all bits, so the kernel tells them from charon's own, and lie
 * under these by priority.  The script's own part is xfrm.sh; here come the objects that it is
 * about, of numbers and addresses only: no text of others gets into a script that root runs.
 */

/*
 * The kernel takes the lowest; IKE's exceptions come before every tunnel, narrow tunnels before
 * wide.
 */
#define PRIORITY_IKE 2000000
#define PRIORITY_TUNNELS (PRIORITY_IKE + 1)

#define NOBODY (-1)

static const char header[] =
    "#!/bin/sh\n"
    "# IPsec policies for Linux 5.9 or later, made by weipsec " WEIPSEC_VERSION ".\n"
    "# Changes belong into the WeOS configuration that they were made from.\n"
    "#\n"
    "# As root: sh FILE up, sh FILE down, sh FILE status.  While they are up, what the tunnels "
    "select\n"
    "# goes through an SA or nowhere; packets with a firewall mark are not selected.\n"
    "#\n"
    "# shellcheck disable=SC2317 # not every configuration calls every function\n";

static const char banner[] =
    "\n"
    "# NOT FOR PRODUCTION: the keys below never change, and this file is a secret as long as they "
    "are\n"
    "# in use.  They are for a lab without IKE.\n"
    "warning='NOT FOR PRODUCTION: static keys, for a lab'\n";

/* ---- what is written ---- */

static void write_subnet(struct output *output, const char *word, const struct subnet *subnet)
{
	output_printf(output, "%s " IP_FORMAT "/%u ", word, IP_BYTES(subnet->address),
		      subnet->length);
}

static void write_origins(struct output *output, const struct tunnel *tunnel,
			  const enum setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		output_origin(output, tunnel, (int)settings[i]);
}

/*
 * One policy without a template: packets of IKE, by the UDP port at this end, may pass as they are.
 * The other end's may be any, behind NAT.
 */
static void write_exception(struct output *output, const struct tunnel *tunnel, bool is_out,
			    unsigned port)
{
	static const enum setting from[] = {SETTING_LOCAL_ADDRESS, SETTING_PEER};
	uint32_t source = is_out ? tunnel->local_address.ip : tunnel->peer.ip;
	uint32_t target = is_out ? tunnel->peer.ip : tunnel->local_address.ip;

	write_origins(output, tunnel, from, 2);
	output_printf(output,
		      "\tpolicy ipsec%d 'src " IP_FORMAT "/32 dst " IP_FORMAT
		      "/32 proto 17 %s %u dir %s' 'action allow priority %d'\n",
		      (int)tunnel->id, IP_BYTES(source), IP_BYTES(target),
		      is_out ? "sport" : "dport", port, is_out ? "out" : "in", PRIORITY_IKE);
}

static void write_exceptions(struct output *output, const struct tunnel *tunnel)
{
	output_printf(output, "\t# IKE between " IP_FORMAT " and " IP_FORMAT "\n",
		      IP_BYTES(tunnel->local_address.ip), IP_BYTES(tunnel->peer.ip));
	write_exception(output, tunnel, true, 500);
	write_exception(output, tunnel, true, 4500);
	write_exception(output, tunnel, false, 500);
	write_exception(output, tunnel, false, 4500);
}

/* Of two selectors one inside the other, the inner one has the longer prefixes. */
static int tunnel_priority(const struct tunnel *tunnel)
{
	return PRIORITY_TUNNELS + 64 - tunnel->local_subnet.length - tunnel->remote_subnet.length;
}

static void write_policy(struct output *output, const struct tunnel *tunnel, const char *direction)
{
	static const enum setting from[] = {SETTING_LOCAL_ADDRESS, SETTING_LOCAL_SUBNET,
					    SETTING_PEER, SETTING_REMOTE_SUBNET};
	bool is_out = strcmp(direction, "out") == 0;
	uint32_t source = is_out ? tunnel->local_address.ip : tunnel->peer.ip;
	uint32_t target = is_out ? tunnel->peer.ip : tunnel->local_address.ip;

	write_origins(output, tunnel, from, sizeof(from) / sizeof(from[0]));
	output_printf(output, "\tpolicy ipsec%d '", (int)tunnel->id);
	write_subnet(output, "src", is_out ? &tunnel->local_subnet : &tunnel->remote_subnet);
	write_subnet(output, "dst", is_out ? &tunnel->remote_subnet : &tunnel->local_subnet);
	output_printf(output,
		      "dir %s' 'action allow priority %d tmpl src " IP_FORMAT " dst " IP_FORMAT
		      " proto esp spi 0x00000000 reqid %u mode tunnel level required'\n",
		      direction, tunnel_priority(tunnel), IP_BYTES(source), IP_BYTES(target),
		      xfrm_reqid(tunnel));
}

static void xfrm_write_tunnel(struct output *output, const struct tunnel *tunnel)
{
	output_origin(output, tunnel, NOBODY);
	output_printf(output, "\t# ipsec%d\n", (int)tunnel->id);
	write_policy(output, tunnel, "out");
	write_policy(output, tunnel, "in");
	write_policy(output, tunnel, "fwd");
	if (tunnel->keys)
		xfrm_keys_write(output, tunnel);
}

static void xfrm_write_dormant(struct output *output, const struct tunnel *tunnel)
{
	output_origin(output, tunnel, SETTING_ENABLE);
	output_printf(output, "\t# ipsec%d is disabled\n", (int)tunnel->id);
}

/* ---- the model ---- */

/* The first enabled tunnel of MODEL, up to TUNNEL, for which IS_LIKE holds. */
static const struct tunnel *first_like(const struct model *model, const struct tunnel *tunnel,
				       bool (*is_like)(const struct tunnel *a,
						       const struct tunnel *b))
{
	size_t i = 0;

	/* there are at most 25 of them: WI501 */
	while (model->tunnels[i] != tunnel &&
	       (!model->tunnels[i]->enabled || !is_like(model->tunnels[i], tunnel)))
		i++;
	return model->tunnels[i];
}

static bool has_same_ends(const struct tunnel *a, const struct tunnel *b)
{
	return a->local_address.ip == b->local_address.ip && a->peer.ip == b->peer.ip;
}

static bool is_same_subnet(const struct subnet *a, const struct subnet *b)
{
	return a->known && b->known && a->address == b->address && a->length == b->length;
}

static bool has_same_selectors(const struct tunnel *a, const struct tunnel *b)
{
	return is_same_subnet(&a->local_subnet, &b->local_subnet) &&
	       is_same_subnet(&a->remote_subnet, &b->remote_subnet);
}

static bool has_keys(const struct model *model)
{
	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled && model->tunnels[i]->keys)
			return true;
	}
	return false;
}

static void write_wanted(struct output *output, const struct model *model)
{
	/* a function needs a command, and comments are none */
	output_printf(output, "\nwanted() {\n\t:\n");
	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		if (tunnel->enabled && first_like(model, tunnel, has_same_ends) == tunnel)
			write_exceptions(output, tunnel);
	}
	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled)
			xfrm_write_tunnel(output, model->tunnels[i]);
		else
			xfrm_write_dormant(output, model->tunnels[i]);
	}
	output_printf(output, "}\n\n");
}

void xfrm_emit(const struct model *model, struct output *output)
{
	output_bytes(output, header, sizeof(header) - 1);
	if (has_keys(model))
		output_bytes(output, banner, sizeof(banner) - 1);
	else
		output_printf(output, "\nwarning=''\n");
	write_wanted(output, model);
	for (size_t i = 0; xfrm_script[i]; i++)
		output_bytes(output, xfrm_script[i], strlen(xfrm_script[i]));
}

bool xfrm_supports(const struct model *model, const struct tunnel *tunnel,
		   struct backend_refusal *refusal)
{
	const struct tunnel *first;

	if (!tunnel->peer.set)
		return backend_refuse(refusal, tunnel, SETTING_PEER,
				      "a policy needs the peer's address: write 'peer ADDRESS'");
	first = first_like(model, tunnel, has_same_selectors);
	if (first != tunnel) {
		refusal->other = first;
		return backend_refuse(refusal, tunnel, SETTING_REMOTE_SUBNET,
				      "the kernel takes one policy for these subnets, and "
				      "'ipsec %d' has the same",
				      (int)first->id);
	}
	return !tunnel->keys || xfrm_keys_supports(tunnel, refusal);
}

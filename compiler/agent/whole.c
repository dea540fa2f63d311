/* SPDX-License-Identifier: ISC */
/*
 * Agent configuration: tunnels as a whole.  What a tunnel may be is for the rules of the catalogue
 * to say, and is not said again here: only that all of it is there, and that a default is one,
 * which no text can get wrong.
 */
#include "compiler/agent/agent.h"

#include "compiler/model/field.h"
#include "compiler/model/resolve.h"

static bool lacks_cipher(const struct suite *suite)
{
	return suite->set && !suite->slot[SUITE_CIPHER].algorithm;
}

static bool is_missing(const struct tunnel *tunnel, enum setting setting, bool there)
{
	return tunnel_state(tunnel, setting) == ORIGIN_GIVEN && !there;
}

/* What is wrong with a tunnel as a whole, or NULL. */
static const char *tunnel_flaw(const struct tunnel *tunnel)
{
	if (lacks_cipher(tunnel->ike) || lacks_cipher(tunnel->esp))
		return "a suite needs a cipher";
	if (is_missing(tunnel, SETTING_SECRET, tunnel->secret.set))
		return "secret is neither there nor listed as default";
	if (is_missing(tunnel, SETTING_CERTIFICATE, tunnel->certificate.length))
		return "certificate is neither there nor listed as default";
	if (is_missing(tunnel, SETTING_CA, tunnel->ca.length))
		return "ca is neither there nor listed as default";
	if (is_missing(tunnel, SETTING_LOCAL_ADDRESS, tunnel->local_address.set))
		return "local-address is neither there nor listed as default";
	if (is_missing(tunnel, SETTING_LOCAL_SUBNET, tunnel->local_subnet.known))
		return "local-subnet is neither there nor listed as default";
	if (is_missing(tunnel, SETTING_REMOTE_SUBNET, tunnel->remote_subnet.known))
		return "remote-subnet is neither there nor listed as default";
	if (is_missing(tunnel, SETTING_IKE, tunnel->ike->set))
		return "ike is neither there nor listed as default";
	if (is_missing(tunnel, SETTING_ESP, tunnel->esp->set))
		return "esp is neither there nor listed as default";
	return NULL;
}

/* A setting that is listed as default and has another value, or -1. */
static int find_no_default(const struct tunnel *tunnel, struct arena *arena)
{
	struct tunnel wanted = *tunnel;

	for (int setting = 0; setting < SETTING_COUNT; setting++) {
		if (tunnel_state(tunnel, (enum setting)setting) == ORIGIN_DEFAULT)
			field_reset(&wanted, (enum setting)setting);
	}
	tunnel_resolve(&wanted, arena);
	for (int setting = 0; setting < SETTING_COUNT; setting++) {
		if (tunnel_state(tunnel, (enum setting)setting) == ORIGIN_DEFAULT &&
		    !field_equal(&wanted, tunnel, (enum setting)setting))
			return setting;
	}
	return -1;
}

static bool check_tunnel(struct agent *agent, const struct tunnel *tunnel)
{
	uint32_t line = text_place(agent->text, tunnel->header.from).line;
	const char *flaw = tunnel_flaw(tunnel);
	int setting;

	if (flaw)
		return agent_fail(agent, line, "tunnel %d: %s", (int)tunnel->id, flaw);
	setting = find_no_default(tunnel, agent->arena);
	return setting < 0 ||
	       agent_fail(agent, line,
			  "tunnel %d: '%s' is listed as default, and its value is another",
			  (int)tunnel->id, setting_table[setting].word);
}

bool agent_check(struct agent *agent)
{
	for (size_t i = 0; i < agent->model->count; i++) {
		if (!check_tunnel(agent, agent->model->tunnels[i]))
			return false;
	}
	return !arena_failed(agent->arena) || agent_fail_memory(agent);
}

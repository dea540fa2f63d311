/* SPDX-License-Identifier: ISC */
/* The model as agent configuration, element by element, in the order of the module. */
#include "backends/agent_walk.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct walk {
	const struct agent_sink *sink;
	const struct model *model;
	const struct tunnel *tunnel;
	bool failed; /* out of memory */
};

/* The longest value is the name of a file. */
#define VALUE_MAX 4096

/* ---- leaves ---- */

static void walk_leaf(struct walk *walk, const char *name, const char *value)
{
	walk->sink->leaf(walk->sink->context, name, value);
}

static void walk_format(struct walk *walk, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void walk_format(struct walk *walk, const char *name, const char *format, ...)
{
	char value[64];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	walk_leaf(walk, name, value);
}

static void walk_slice(struct walk *walk, const char *name, struct slice value)
{
	char *copy = strndup(value.at, value.length);

	if (copy)
		walk_leaf(walk, name, copy);
	else
		walk->failed = true;
	free(copy);
}

static void walk_label(struct walk *walk, const char *name, struct slice label)
{
	if (label.length)
		walk_slice(walk, name, label);
}

static void open_container(struct walk *walk, const char *name)
{
	walk->sink->open(walk->sink->context, name);
}

static void close_container(struct walk *walk)
{
	walk->sink->close(walk->sink->context);
}

static void walk_choice(struct walk *walk, enum setting setting, int value)
{
	const char *word = choice_word(&setting_choices, setting, value);

	/* DPD_OFF, which `no dpd-action' means */
	walk_leaf(walk, setting_table[setting].word, word ? word : "off");
}

static void walk_secret(struct walk *walk, const struct secret *secret)
{
	char value[4 * ((64 + 2) / 3) + 1];

	if (!secret->set)
		return;
	if (secret->bytes.length > 64) {
		walk->failed = true;
		return;
	}
	EVP_EncodeBlock((unsigned char *)value, (const unsigned char *)secret->bytes.at,
			(int)secret->bytes.length);
	walk_leaf(walk, "secret", value);
	explicit_bzero(value, sizeof(value));
}

/* ---- identities ---- */

static bool is_text(const struct identity *identity)
{
	for (size_t i = 0; i < identity->value.length; i++) {
		if (identity->value.at[i] < ' ' || identity->value.at[i] > '~')
			return false;
	}
	return !identity->value_is_der;
}

static void walk_octets(struct walk *walk, struct slice bytes)
{
	char *value = malloc(3 * bytes.length + 1);

	if (!value) {
		walk->failed = true;
		return;
	}
	for (size_t i = 0; i < bytes.length; i++)
		sprintf(value + 3 * i, i + 1 < bytes.length ? "%02x:" : "%02x",
			(unsigned)(unsigned char)bytes.at[i]);
	walk_leaf(walk, "octets", value);
	free(value);
}

static void walk_identity(struct walk *walk, const char *name, const struct identity *identity)
{
	open_container(walk, name);
	walk_leaf(walk, "type", model_identity_word(identity->type));
	if (identity->value.length && is_text(identity))
		walk_slice(walk, "value", identity->value);
	else if (identity->value.length)
		walk_octets(walk, identity->value);
	if (identity->form == IDENTITY_DEDUCED)
		walk_leaf(walk, "deduced", "");
	close_container(walk);
}

/* ---- the rest of a tunnel ---- */

static void walk_subnet(struct walk *walk, const char *name, const struct subnet *subnet)
{
	if (subnet->known)
		walk_format(walk, name, IP_FORMAT "/%u", IP_BYTES(subnet->address),
			    (unsigned)subnet->length);
}

static void walk_suite(struct walk *walk, const char *name, const struct suite *suite)
{
	if (!suite->set)
		return;
	open_container(walk, name);
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		if (suite->slot[slot].state == SLOT_GIVEN)
			walk_leaf(walk, suite_slot_word((enum suite_slot)slot),
				  suite->slot[slot].algorithm->word);
	}
	close_container(walk);
}

static void walk_authentication(struct walk *walk)
{
	const struct tunnel *tunnel = walk->tunnel;

	walk_choice(walk, SETTING_METHOD, (int)tunnel->method);
	walk_secret(walk, &tunnel->secret);
	walk_label(walk, "certificate", tunnel->certificate);
	walk_label(walk, "ca", tunnel->ca);
	walk_choice(walk, SETTING_REVOCATION, (int)tunnel->revocation);
}

static void walk_ends(struct walk *walk)
{
	const struct tunnel *tunnel = walk->tunnel;

	if (tunnel->local_address.set)
		walk_format(walk, "local-address", IP_FORMAT, IP_BYTES(tunnel->local_address.ip));
	if (tunnel->peer.set)
		walk_format(walk, "peer", IP_FORMAT, IP_BYTES(tunnel->peer.ip));
	else
		walk_leaf(walk, "peer", "any");
	walk_identity(walk, "local-id", &tunnel->local_id);
	walk_identity(walk, "remote-id", &tunnel->remote_id);
	walk_subnet(walk, "local-subnet", &tunnel->local_subnet);
	walk_subnet(walk, "remote-subnet", &tunnel->remote_subnet);
}

static void walk_times(struct walk *walk)
{
	const struct tunnel *tunnel = walk->tunnel;

	walk_choice(walk, SETTING_DPD_ACTION, (int)tunnel->dpd_action);
	walk_format(walk, "dpd-delay", "%u", (unsigned)tunnel->dpd_delay);
	walk_format(walk, "dpd-timeout", "%u", (unsigned)tunnel->dpd_timeout);
	walk_format(walk, "sa-rekey-time", "%u", (unsigned)tunnel->sa_rekey_time);
	if (tunnel->reauth_time)
		walk_format(walk, "reauth-time", "%u", (unsigned)tunnel->reauth_time);
	else
		walk_leaf(walk, "reauth-time", "off");
}

/* ---- where it was written ---- */

/* A name of a file can be any bytes; it is for people, so that a `?' stands for the odd one. */
static void walk_file(struct walk *walk, struct slice name)
{
	char value[VALUE_MAX + 1];
	size_t used = 0;

	while (name.length && used + 4 <= VALUE_MAX) {
		uint32_t code = 0;
		size_t length = utf8_length(name.at, name.length, &code);
		bool plain = length && code >= ' ' && (code < 0x7f || code >= 0xa0) &&
			     (code & 0xfffe) != 0xfffe && (code < 0xfdd0 || code > 0xfdef);

		memcpy(value + used, plain ? name.at : "?", plain ? length : 1);
		used += plain ? length : 1;
		length = length ? length : 1;
		name.at += length;
		name.length -= length;
	}
	value[used] = '\0';
	if (used)
		walk_leaf(walk, "file", value);
}

static void walk_line(struct walk *walk, const char *name, uint32_t line)
{
	if (line)
		walk_format(walk, name, "%u", (unsigned)line);
}

/* The order of the module is that of the nodes that libyang puts in place. */
static void walk_source(struct walk *walk)
{
	const struct tunnel *tunnel = walk->tunnel;
	const struct model *model = walk->model;

	for (int setting = 0; setting < SETTING_COUNT; setting++) {
		if (tunnel_has_default(tunnel, (enum setting)setting))
			walk_leaf(walk, "default", setting_table[setting].word);
	}
	open_container(walk, "source");
	walk_file(walk, model_file(model, tunnel));
	walk_line(walk, "line", model_line(model, tunnel, -1));
	for (int setting = 0; setting < SETTING_COUNT; setting++) {
		if (!tunnel_has_default(tunnel, (enum setting)setting))
			walk_line(walk, setting_table[setting].word,
				  model_line(model, tunnel, setting));
	}
	close_container(walk);
}

static void walk_tunnel(struct walk *walk)
{
	const struct tunnel *tunnel = walk->tunnel;

	open_container(walk, "tunnel");
	walk_format(walk, "id", "%d", (int)tunnel->id);
	walk_leaf(walk, "enable", tunnel->enabled ? "true" : "false");
	walk_slice(walk, "description", tunnel->description);
	walk_choice(walk, SETTING_VERSION, tunnel->version);
	walk_leaf(walk, "initiator", tunnel->initiator ? "true" : "false");
	walk_authentication(walk);
	walk_ends(walk);
	walk_suite(walk, "ike", tunnel->ike);
	walk_suite(walk, "esp", tunnel->esp);
	walk_times(walk);
	walk_source(walk);
	close_container(walk);
}

bool agent_walk(const struct model *model, const struct agent_sink *sink)
{
	struct walk walk = {.sink = sink, .model = model};

	open_container(&walk, "ipsec");
	walk_leaf(&walk, "dialect", model->dialect == DIALECT_WEOS4 ? "weos4" : "weos5");
	for (size_t i = 0; i < model->count && !walk.failed; i++) {
		walk.tunnel = model->tunnels[i];
		walk_tunnel(&walk);
	}
	close_container(&walk);
	return !walk.failed;
}

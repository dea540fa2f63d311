/* SPDX-License-Identifier: ISC */
/* The model as a tree of libyang, in the order of the module. */
#include "backends/agent.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct planting {
	const struct model *model;
	const struct lys_module *module;
	const struct tunnel *tunnel;
	bool failed; /* out of memory, or a value that the module does not take */
};

/* The longest value is the name of a file. */
#define VALUE_MAX 4096

/* ---- leaves ---- */

static void plant(struct planting *planting, struct lyd_node *parent, const char *name,
		  const char *value)
{
	if (!parent || lyd_new_term(parent, NULL, name, value, 0, NULL))
		planting->failed = true;
}

static void plant_format(struct planting *planting, struct lyd_node *parent, const char *name,
			 const char *format, ...) __attribute__((format(printf, 4, 5)));

static void plant_format(struct planting *planting, struct lyd_node *parent, const char *name,
			 const char *format, ...)
{
	char value[64];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	plant(planting, parent, name, value);
}

static void plant_slice(struct planting *planting, struct lyd_node *parent, const char *name,
			struct slice value)
{
	char *copy = strndup(value.at, value.length);

	if (copy)
		plant(planting, parent, name, copy);
	else
		planting->failed = true;
	free(copy);
}

static void plant_label(struct planting *planting, struct lyd_node *parent, const char *name,
			struct slice label)
{
	if (label.length)
		plant_slice(planting, parent, name, label);
}

static struct lyd_node *plant_container(struct planting *planting, struct lyd_node *parent,
					const char *name)
{
	struct lyd_node *node = NULL;

	if (!parent || lyd_new_inner(parent, NULL, name, 0, &node))
		planting->failed = true;
	return node;
}

static const char *choice_word(enum option option, int value)
{
	for (size_t i = 0; i < option_choice_count; i++) {
		if (option_choices[i].option == option && option_choices[i].value == value)
			return option_choices[i].word;
	}
	return "off"; /* DPD_OFF, which `no dpd-action' means */
}

static void plant_choice(struct planting *planting, struct lyd_node *parent, enum option option,
			 int value)
{
	plant(planting, parent, option_table[option].word, choice_word(option, value));
}

static void plant_secret(struct planting *planting, struct lyd_node *parent,
			 const struct secret *secret)
{
	char value[4 * ((64 + 2) / 3) + 1];

	if (!secret->set)
		return;
	if (secret->bytes.length > 64) {
		planting->failed = true;
		return;
	}
	EVP_EncodeBlock((unsigned char *)value, (const unsigned char *)secret->bytes.at,
			(int)secret->bytes.length);
	plant(planting, parent, "secret", value);
	explicit_bzero(value, sizeof(value));
}

/* ---- identities ---- */

static const char *identity_word(enum identity_type type)
{
	static const char *const words[] = {
	    [IDENTITY_NONE] = "none",
	    [IDENTITY_ANY] = "any",
	    [IDENTITY_SUBJECT] = "subject",
	    [IDENTITY_INET] = "inet",
	    [IDENTITY_INET_RANGE] = "inet-range",
	    [IDENTITY_NAME] = "name",
	    [IDENTITY_EMAIL] = "email",
	    [IDENTITY_KEY] = "key",
	    [IDENTITY_DN] = "dn",
	};

	return words[type];
}

static bool is_text(const struct identity *identity)
{
	for (size_t i = 0; i < identity->value.length; i++) {
		if (identity->value.at[i] < ' ' || identity->value.at[i] > '~')
			return false;
	}
	return !identity->value_is_der;
}

static void plant_octets(struct planting *planting, struct lyd_node *parent, struct slice bytes)
{
	char *value = malloc(3 * bytes.length + 1);

	if (!value) {
		planting->failed = true;
		return;
	}
	for (size_t i = 0; i < bytes.length; i++)
		sprintf(value + 3 * i, i + 1 < bytes.length ? "%02x:" : "%02x",
			(unsigned)(unsigned char)bytes.at[i]);
	plant(planting, parent, "octets", value);
	free(value);
}

static void plant_identity(struct planting *planting, struct lyd_node *parent, const char *name,
			   const struct identity *identity)
{
	struct lyd_node *node = plant_container(planting, parent, name);

	plant(planting, node, "type", identity_word(identity->type));
	if (identity->value.length && is_text(identity))
		plant_slice(planting, node, "value", identity->value);
	else if (identity->value.length)
		plant_octets(planting, node, identity->value);
	if (identity->form == IDENTITY_DEDUCED)
		plant(planting, node, "deduced", NULL);
}

/* ---- the rest of a tunnel ---- */

static void plant_subnet(struct planting *planting, struct lyd_node *parent, const char *name,
			 const struct subnet *subnet)
{
	if (subnet->known)
		plant_format(planting, parent, name, IP_FORMAT "/%u", IP_BYTES(subnet->address),
			     (unsigned)subnet->length);
}

static void plant_suite(struct planting *planting, struct lyd_node *parent, const char *name,
			const struct suite *suite)
{
	struct lyd_node *node;

	if (!suite->set)
		return;
	node = plant_container(planting, parent, name);
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		if (suite->slot[slot].state == SLOT_GIVEN)
			plant(planting, node, suite_slot_word((enum suite_slot)slot),
			      suite->slot[slot].algorithm->word);
	}
}

static void plant_authentication(struct planting *planting, struct lyd_node *node)
{
	const struct tunnel *tunnel = planting->tunnel;

	plant_choice(planting, node, OPTION_METHOD, (int)tunnel->method);
	plant_secret(planting, node, &tunnel->secret);
	plant_label(planting, node, "certificate", tunnel->certificate);
	plant_label(planting, node, "ca", tunnel->ca);
	plant_choice(planting, node, OPTION_REVOCATION, (int)tunnel->revocation);
}

static void plant_ends(struct planting *planting, struct lyd_node *node)
{
	const struct tunnel *tunnel = planting->tunnel;

	if (tunnel->local_address.set)
		plant_format(planting, node, "local-address", IP_FORMAT,
			     IP_BYTES(tunnel->local_address.ip));
	if (tunnel->peer.set)
		plant_format(planting, node, "peer", IP_FORMAT, IP_BYTES(tunnel->peer.ip));
	else
		plant(planting, node, "peer", "any");
	plant_identity(planting, node, "local-id", &tunnel->local_id);
	plant_identity(planting, node, "remote-id", &tunnel->remote_id);
	plant_subnet(planting, node, "local-subnet", &tunnel->local_subnet);
	plant_subnet(planting, node, "remote-subnet", &tunnel->remote_subnet);
}

static void plant_times(struct planting *planting, struct lyd_node *node)
{
	const struct tunnel *tunnel = planting->tunnel;

	plant_choice(planting, node, OPTION_DPD_ACTION, (int)tunnel->dpd_action);
	plant_format(planting, node, "dpd-delay", "%u", (unsigned)tunnel->dpd_delay);
	plant_format(planting, node, "dpd-timeout", "%u", (unsigned)tunnel->dpd_timeout);
	plant_format(planting, node, "sa-rekey-time", "%u", (unsigned)tunnel->sa_rekey_time);
	if (tunnel->reauth_time)
		plant_format(planting, node, "reauth-time", "%u", (unsigned)tunnel->reauth_time);
	else
		plant(planting, node, "reauth-time", "off");
}

/* ---- where it was written ---- */

/* A name of a file can be any bytes; it is for people, so that a `?' stands for the odd one. */
static void plant_file(struct planting *planting, struct lyd_node *parent, struct slice name)
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
		plant(planting, parent, "file", value);
}

static void plant_line(struct planting *planting, struct lyd_node *parent, const char *name,
		       uint32_t line)
{
	if (line)
		plant_format(planting, parent, name, "%u", (unsigned)line);
}

/* The order of the module is that of the nodes that libyang puts in place. */
static void plant_source(struct planting *planting, struct lyd_node *node)
{
	const struct tunnel *tunnel = planting->tunnel;
	const struct model *model = planting->model;
	struct lyd_node *source;

	for (int option = 0; option < OPTION_COUNT; option++) {
		if (tunnel_has_default(tunnel, (enum option)option))
			plant(planting, node, "default", option_table[option].word);
	}
	source = plant_container(planting, node, "source");
	plant_file(planting, source, model_file(model, tunnel));
	plant_line(planting, source, "line", model_line(model, tunnel, -1));
	for (int option = 0; option < OPTION_COUNT; option++) {
		if (!tunnel_has_default(tunnel, (enum option)option))
			plant_line(planting, source, option_table[option].word,
				   model_line(model, tunnel, option));
	}
}

static void plant_tunnel(struct planting *planting, struct lyd_node *parent)
{
	const struct tunnel *tunnel = planting->tunnel;
	struct lyd_node *node = NULL;
	char id[16];

	snprintf(id, sizeof(id), "%d", (int)tunnel->id);
	if (lyd_new_list(parent, NULL, "tunnel", 0, &node, id)) {
		planting->failed = true;
		return;
	}
	plant(planting, node, "enable", tunnel->enabled ? "true" : "false");
	plant_slice(planting, node, "description", tunnel->description);
	plant_choice(planting, node, OPTION_VERSION, tunnel->version);
	plant(planting, node, "initiator", tunnel->initiator ? "true" : "false");
	plant_authentication(planting, node);
	plant_ends(planting, node);
	plant_suite(planting, node, "ike", &tunnel->ike);
	plant_suite(planting, node, "esp", &tunnel->esp);
	plant_times(planting, node);
	plant_source(planting, node);
}

struct lyd_node *agent_tree_new(const struct model *model, const struct lys_module *module)
{
	struct planting planting = {.model = model, .module = module};
	struct lyd_node *tree = NULL;

	if (lyd_new_inner(NULL, module, "ipsec", 0, &tree))
		return NULL;
	plant(&planting, tree, "dialect", model->dialect == DIALECT_WEOS4 ? "weos4" : "weos5");
	for (size_t i = 0; i < model->count && !planting.failed; i++) {
		planting.tunnel = model->tunnels[i];
		plant_tunnel(&planting, tree);
	}
	if (!planting.failed && !lyd_validate_all(&tree, NULL, LYD_VALIDATE_PRESENT, NULL))
		return tree;
	lyd_free_all(tree);
	return NULL;
}

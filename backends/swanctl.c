/* SPDX-License-Identifier: ISC */
#include "backends/swanctl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * swanctl.conf.  A syntax error in it makes swanctl unload everything and report success, so there
 * is one value a line, and no text of others gets into it but for identities, which are quoted, and
 * descriptions, which are comments.
 */

static const char header[] =
    "# swanctl.conf for strongSwan 5.9.8 or later, made by weipsec " WEIPSEC_VERSION ".\n"
    "# Changes belong into the WeOS configuration that it was made from.\n"
    "#\n"
    "# It relies on these settings of strongswan.conf, which are its defaults:\n"
    "#   charon.retransmit_tries = 5, retransmit_timeout = 4.0, retransmit_base = 1.8\n"
    "#     (a peer that does not answer is given up after 165 s)\n"
    "#   charon.plugins.revocation.timeout = 10s\n"
    "#     (fetching a CRL over HTTP also needs the plugin curl)\n";

/* The one that is no default of every charon. */
static const char reauthentication[] =
    "#   charon.make_before_break = no\n"
    "#     (for reauth-time; charon 6 has yes, and keeps the old IKE_SA where the peer refuses\n"
    "#     the new one)\n";

static const char requirements[] =
    "# and, to rekey a tunnel without esp, on x25519 (the plugin openssl or curve25519),\n"
    "# and, for method cert, on LABEL.pem in swanctl's folders x509 and x509ca, and on the\n"
    "# private keys in its folder private.\n"
    "\n";

struct text_sink {
	struct output *output;
	int depth;
};

static void sink_indent(struct text_sink *text)
{
	for (int i = 0; i < text->depth; i++)
		output_bytes(text->output, "\t", 1);
}

static void text_open(void *context, const struct tunnel *tunnel, const char *name)
{
	struct text_sink *text = context;

	if (tunnel)
		output_origin(text->output, tunnel, -1);
	sink_indent(text);
	output_printf(text->output, "%s {\n", name);
	text->depth++;
}

static void text_close(void *context)
{
	struct text_sink *text = context;

	text->depth--;
	sink_indent(text);
	output_bytes(text->output, "}\n", 2);
}

static void write_quoted(struct output *output, struct slice value)
{
	size_t from = 0;

	output_bytes(output, "\"", 1);
	for (size_t i = 0; i < value.length; i++) {
		if (value.at[i] != '"' && value.at[i] != '\\')
			continue;
		output_bytes(output, value.at + from, i - from);
		output_bytes(output, "\\", 1);
		from = i;
	}
	output_bytes(output, value.at + from, value.length - from);
	output_bytes(output, "\"", 1);
}

static void text_set(void *context, const struct swanctl_entry *entry)
{
	struct text_sink *text = context;
	struct output *output = text->output;

	if (entry->setting >= 0)
		output_origin(output, entry->tunnel, entry->setting);
	sink_indent(text);
	output_printf(output, "%s = ", entry->key);
	switch (entry->kind) {
	case SWANCTL_QUOTED:
		write_quoted(output, entry->value);
		break;
	case SWANCTL_SECRET:
		output_bytes(output, "0x", 2);
		swanctl_hex_write(output, entry->value);
		output->has_secrets = 1;
		break;
	case SWANCTL_WORD:
	case SWANCTL_LIST:
	case SWANCTL_FILE:
		output_bytes(output, entry->value.at, entry->value.length);
		break;
	}
	output_bytes(output, "\n", 1);
}

/* In quotes and of visible characters only: a line end would let the text out of the comment. */
static void write_harmless(struct output *output, struct slice text)
{
	output_bytes(output, "'", 1);
	while (text.length) {
		uint32_t code = 0;
		size_t length = utf8_length(text.at, text.length, &code);
		bool plain = length && code >= ' ' && (code < 0x7f || code >= 0xa1) &&
			     (code < 0x2000 || code > 0x206f);

		output_bytes(output, plain ? text.at : "?", plain ? length : 1);
		length = length ? length : 1;
		text.at += length;
		text.length -= length;
	}
	output_bytes(output, "'", 1);
}

/* The automatic description is the name of the section below. */
static bool has_description(const struct tunnel *tunnel)
{
	char name[32];

	snprintf(name, sizeof(name), "ipsec%d", (int)tunnel->id);
	return tunnel->description.length && !slice_is(tunnel->description, name);
}

static void swanctl_write_tunnel(struct text_sink *text, const struct swanctl_sink *sink,
				 const struct tunnel *tunnel)
{
	if (has_description(tunnel)) {
		output_origin(text->output, tunnel, SETTING_DESCRIPTION);
		sink_indent(text);
		output_bytes(text->output, "# ", 2);
		write_harmless(text->output, tunnel->description);
		output_bytes(text->output, "\n", 1);
	}
	if (!swanctl_tunnel_write(tunnel, sink))
		text->output->failed = 1;
}

static void swanctl_write_dormant(struct text_sink *text, const struct tunnel *tunnel)
{
	struct output *output = text->output;

	output_origin(output, tunnel, SETTING_ENABLE);
	sink_indent(text);
	output_printf(output, "# ipsec%d is disabled", (int)tunnel->id);
	if (has_description(tunnel)) {
		output_bytes(output, ": ", 2);
		write_harmless(output, tunnel->description);
	}
	output_bytes(output, "\n", 1);
}

static bool has_reauthentication(const struct model *model)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		if (tunnel->enabled && tunnel->version == 2 && tunnel->reauth_time)
			return true;
	}
	return false;
}

static void write_header(struct output *output, const struct model *model)
{
	output_bytes(output, header, sizeof(header) - 1);
	if (has_reauthentication(model))
		output_bytes(output, reauthentication, sizeof(reauthentication) - 1);
	output_bytes(output, requirements, sizeof(requirements) - 1);
	if (model->count == 0)
		output_printf(output, "# There is no tunnel.\n");
}

void swanctl_emit(const struct model *model, struct output *output)
{
	struct text_sink text = {.output = output};
	const struct swanctl_sink sink = {&text, text_open, text_close, text_set};

	write_header(output, model);
	text_open(&text, NULL, "connections");
	for (size_t i = 0; i < model->count && !output->failed; i++) {
		if (i)
			output_bytes(output, "\n", 1);
		if (model->tunnels[i]->enabled)
			swanctl_write_tunnel(&text, &sink, model->tunnels[i]);
		else
			swanctl_write_dormant(&text, model->tunnels[i]);
	}
	text_close(&text);
	output_bytes(output, "\n", 1);
	text_open(&text, NULL, "secrets");
	if (!swanctl_secrets_write(model, &sink))
		output->failed = 1;
	text_close(&text);
}

/* Automatic ones are short, and those that rest on nothing are not written. */
static bool supports_identity(const struct tunnel *tunnel, enum setting setting,
			      const struct identity *identity, struct backend_refusal *refusal)
{
	const char *word = setting == SETTING_LOCAL_ID ? "local-id" : "remote-id";

	if (identity->type == IDENTITY_NONE || identity->type == IDENTITY_SUBJECT)
		return true;
	if (!swanctl_id_fits(identity, SWANCTL_ID_MAX))
		return backend_refuse(refusal, tunnel, setting,
				      "this %s is too long for charon, which would cut it off",
				      word);
	if (tunnel->method == METHOD_PSK && !swanctl_id_fits(identity, SWANCTL_OWNER_MAX))
		return backend_refuse(refusal, tunnel, setting,
				      "this %s is too long for charon as owner of a secret: it "
				      "would be cut off after %d characters",
				      word, SWANCTL_OWNER_MAX);
	return true;
}

/* An IKEv2 gateway whose own identity has a `*' in it authenticates as its address instead. */
static bool supports_star(const struct tunnel *tunnel, struct backend_refusal *refusal)
{
	if (tunnel->version == 1 || !swanctl_id_has_star(&tunnel->local_id))
		return true;
	return backend_refuse(refusal, tunnel, SETTING_LOCAL_ID,
			      "charon does not send a local-id with a '*' in it, but its address");
}

/* What a WeOS 4 device agrees to of itself, no public source tells. */
static bool supports_weos4(const struct model *model, const struct tunnel *tunnel,
			   struct backend_refusal *refusal)
{
	if (model->dialect != DIALECT_WEOS4 || !tunnel->enabled)
		return true;
	if (!tunnel->ike->set)
		return backend_refuse(
		    refusal, tunnel, SETTING_IKE,
		    "the suites of automatic ike are not known of WeOS 4: name one");
	if (!tunnel->esp->set)
		return backend_refuse(
		    refusal, tunnel, SETTING_ESP,
		    "the suites of automatic esp are not known of WeOS 4: name one");
	if (!tunnel->local_address.set)
		return backend_refuse(refusal, tunnel, SETTING_LOCAL_ADDRESS,
				      "the address of outbound is not known");
	return true;
}

bool swanctl_supports_identities(const struct model *model, const struct tunnel *tunnel,
				 struct backend_refusal *refusal)
{
	(void)model;
	return supports_star(tunnel, refusal) &&
	       supports_identity(tunnel, SETTING_LOCAL_ID, &tunnel->local_id, refusal) &&
	       supports_identity(tunnel, SETTING_REMOTE_ID, &tunnel->remote_id, refusal);
}

bool swanctl_supports(const struct model *model, const struct tunnel *tunnel,
		      struct backend_refusal *refusal)
{
	return supports_weos4(model, tunnel, refusal) &&
	       swanctl_supports_identities(model, tunnel, refusal);
}

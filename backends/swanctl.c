/* SPDX-License-Identifier: ISC */
#include "backends/swanctl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * swanctl.conf.  A syntax error in it makes swanctl unload everything and report success, and
 * charon's own defaults are not those of WeOS (no dead peer detection, port 4500, any peer
 * identity), so every value is spelled out, one a line, and no text of others gets into it but for
 * identities, which are quoted, and descriptions, which are comments.
 */

static const char header[] =
    "# swanctl.conf for strongSwan 5.9.8 or later, made by weipsec " WEIPSEC_VERSION ".\n"
    "# Changes belong into the WeOS configuration that it was made from.\n"
    "#\n"
    "# It relies on these settings of strongswan.conf, which are its defaults:\n"
    "#   charon.retransmit_tries = 5, retransmit_timeout = 4.0, retransmit_base = 1.8\n"
    "#     (a peer that does not answer is given up after 165 s)\n"
    "#   charon.plugins.revocation.timeout = 10s\n"
    "#     (fetching a CRL over HTTP also needs the plugin curl)\n"
    "# and, for method cert, on LABEL.pem in swanctl's folders x509 and x509ca, and on the\n"
    "# private keys in its folder private.\n"
    "\n";

static void indent(struct output *output, int depth)
{
	for (int i = 0; i < depth; i++)
		output_bytes(output, "\t", 1);
}

void swanctl_open(struct output *output, int *depth, const char *name)
{
	indent(output, *depth);
	output_printf(output, "%s {\n", name);
	++*depth;
}

void swanctl_close(struct output *output, int *depth)
{
	--*depth;
	indent(output, *depth);
	output_bytes(output, "}\n", 2);
}

void swanctl_key(struct output *output, int depth, const struct tunnel *tunnel, int option,
		 const char *key)
{
	if (option >= 0)
		output_origin(output, tunnel, option);
	indent(output, depth);
	output_printf(output, "%s = ", key);
}

/* One tunnel on its way out. */
struct writer {
	struct output *output;
	const struct tunnel *tunnel;
	int depth;
};

#define NOBODY (-1)

static void set(struct writer *writer, int option, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void set(struct writer *writer, int option, const char *key, const char *format, ...)
{
	char value[128];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	swanctl_key(writer->output, writer->depth, writer->tunnel, option, key);
	output_printf(writer->output, "%s\n", value);
}

static void open_section(struct writer *writer, const char *name)
{
	swanctl_open(writer->output, &writer->depth, name);
}

/* A section that bears the tunnel's number. */
static void open_numbered(struct writer *writer, const char *name)
{
	char numbered[32];

	snprintf(numbered, sizeof(numbered), "%s%d", name, (int)writer->tunnel->id);
	output_origin(writer->output, writer->tunnel, NOBODY);
	open_section(writer, numbered);
}

static void close_section(struct writer *writer)
{
	swanctl_close(writer->output, &writer->depth);
}

static void set_address(struct writer *writer, enum option option, const char *key,
			const struct address *address)
{
	if (address->set)
		set(writer, (int)option, key, "%u.%u.%u.%u", address->ip >> 24,
		    address->ip >> 16 & 0xff, address->ip >> 8 & 0xff, address->ip & 0xff);
	else
		set(writer, (int)option, key, "%%any");
}

/* `dynamic' is the outer address, whatever that turns out to be. */
static void set_subnet(struct writer *writer, enum option option, const char *key,
		       const struct subnet *subnet)
{
	uint32_t address = subnet->address;

	if (subnet->set)
		set(writer, (int)option, key, "%u.%u.%u.%u/%u", address >> 24, address >> 16 & 0xff,
		    address >> 8 & 0xff, address & 0xff, subnet->length);
	else
		set(writer, (int)option, key, "dynamic");
}

static void set_suite(struct writer *writer, enum option option, const char *key,
		      void (*write)(struct output *output, const struct tunnel *tunnel))
{
	swanctl_key(writer->output, writer->depth, writer->tunnel, (int)option, key);
	write(writer->output, writer->tunnel);
	output_bytes(writer->output, "\n", 1);
}

/* Without one charon takes the subject of the certificate, which is what WeOS does too. */
static void set_identity(struct writer *writer, enum option option, const struct identity *identity)
{
	if (identity->type == IDENTITY_NONE || identity->type == IDENTITY_SUBJECT)
		return;
	swanctl_key(writer->output, writer->depth, writer->tunnel, (int)option, "id");
	swanctl_id_write(writer->output, identity, SWANCTL_ID_MAX);
	output_bytes(writer->output, "\n", 1);
}

static void set_label(struct writer *writer, enum option option, const char *key,
		      struct slice label)
{
	if (label.length == 0)
		return;
	swanctl_key(writer->output, writer->depth, writer->tunnel, (int)option, key);
	output_bytes(writer->output, label.at, label.length);
	output_printf(writer->output, ".pem\n");
}

static const char *auth_name(const struct tunnel *tunnel)
{
	return tunnel->method == METHOD_PSK ? "psk" : "pubkey";
}

static void write_local(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	open_section(writer, "local");
	set(writer, OPTION_METHOD, "auth", "%s", auth_name(tunnel));
	set_identity(writer, OPTION_LOCAL_ID, &tunnel->local_id);
	if (tunnel->method == METHOD_CERT)
		set_label(writer, OPTION_CERTIFICATE, "certs", tunnel->certificate);
	close_section(writer);
}

static void write_remote(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	open_section(writer, "remote");
	set(writer, OPTION_METHOD, "auth", "%s", auth_name(tunnel));
	set_identity(writer, OPTION_REMOTE_ID, &tunnel->remote_id);
	if (tunnel->method == METHOD_CERT) {
		set_label(writer, OPTION_CA, "cacerts", tunnel->ca);
		set(writer, OPTION_REVOCATION, "revocation", "%s",
		    tunnel->revocation == REVOCATION_STRICT ? "strict" : "relaxed");
	}
	close_section(writer);
}

/* A trap needs an address to send to; without one charon would only log that it has failed. */
static const char *start_action(const struct tunnel *tunnel)
{
	if (tunnel->initiator)
		return "trap|start";
	return tunnel->peer.set ? "trap" : "none";
}

static const char *dpd_action(const struct tunnel *tunnel)
{
	switch (tunnel->dpd_action) {
	case DPD_TRAP:
		return "trap";
	case DPD_RESTART:
		return "restart";
	case DPD_CLEAR:
	case DPD_OFF:
		break;
	}
	return "clear";
}

static void write_children(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;
	uint32_t rekey = tunnel->sa_rekey_time;

	open_section(writer, "children");
	open_numbered(writer, "tunnel");
	set_subnet(writer, OPTION_LOCAL_SUBNET, "local_ts", &tunnel->local_subnet);
	set_subnet(writer, OPTION_REMOTE_SUBNET, "remote_ts", &tunnel->remote_subnet);
	set_suite(writer, OPTION_ESP, "esp_proposals", swanctl_esp_write);
	set(writer, NOBODY, "mode", "tunnel");
	set(writer, OPTION_SA_REKEY_TIME, "rekey_time", "%us", rekey);
	set(writer, OPTION_SA_REKEY_TIME, "life_time", "%llus",
	    (unsigned long long)rekey * 110 / 100);
	set(writer, OPTION_INITIATOR, "start_action", "%s", start_action(tunnel));
	set(writer, OPTION_DPD_ACTION, "dpd_action", "%s", dpd_action(tunnel));
	set(writer, NOBODY, "close_action", "none");
	close_section(writer);
	close_section(writer);
}

/* There is no dpd_action that turns dead peer detection off; a delay of 0 does. */
static void write_dpd(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	if (tunnel->dpd_action == DPD_OFF)
		set(writer, OPTION_DPD_ACTION, "dpd_delay", "0s");
	else
		set(writer, OPTION_DPD_DELAY, "dpd_delay", "%us", tunnel->dpd_delay);
	if (tunnel->version == 1)
		set(writer, OPTION_DPD_TIMEOUT, "dpd_timeout", "%us", tunnel->dpd_timeout);
}

static void write_ike(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	set(writer, OPTION_VERSION, "version", "%d", tunnel->version);
	set_address(writer, OPTION_LOCAL_ADDRESS, "local_addrs", &tunnel->local_address);
	set_address(writer, OPTION_PEER, "remote_addrs", &tunnel->peer);
	set_suite(writer, OPTION_IKE, "proposals", swanctl_ike_write);
	if (tunnel->version == 1)
		set(writer, NOBODY, "aggressive", "no");
	set(writer, NOBODY, "mobike", "no");
	set(writer, NOBODY, "fragmentation", "yes");
	set(writer, NOBODY, "keyingtries", "1");
	set(writer, NOBODY, "unique", "no");
	if (tunnel->method == METHOD_CERT)
		set(writer, NOBODY, "send_cert", "always");
	write_dpd(writer);
	/* a reauth_time alone, even 0, would stop the rekeying of the IKE_SA */
	set(writer, NOBODY, "rekey_time", "%us", (unsigned)IKE_REKEY_TIME);
	set(writer, OPTION_REAUTH_TIME, "reauth_time", "%us", tunnel->reauth_time);
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

static void write_connection(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	if (has_description(tunnel)) {
		output_origin(writer->output, tunnel, OPTION_DESCRIPTION);
		indent(writer->output, writer->depth);
		output_bytes(writer->output, "# ", 2);
		write_harmless(writer->output, tunnel->description);
		output_bytes(writer->output, "\n", 1);
	}
	open_numbered(writer, "ipsec");
	write_ike(writer);
	write_local(writer);
	write_remote(writer);
	write_children(writer);
	close_section(writer);
}

static void write_dormant(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	output_origin(writer->output, tunnel, OPTION_ENABLE);
	indent(writer->output, writer->depth);
	output_printf(writer->output, "# ipsec%d is disabled", (int)tunnel->id);
	if (has_description(tunnel)) {
		output_bytes(writer->output, ": ", 2);
		write_harmless(writer->output, tunnel->description);
	}
	output_bytes(writer->output, "\n", 1);
}

void swanctl_emit(const struct model *model, struct output *output)
{
	struct writer writer = {.output = output};

	output_bytes(output, header, sizeof(header) - 1);
	if (model->count == 0)
		output_printf(output, "# There is no tunnel.\n");
	open_section(&writer, "connections");
	for (size_t i = 0; i < model->count && !output->failed; i++) {
		writer.tunnel = model->tunnels[i];
		if (i)
			output_bytes(output, "\n", 1);
		if (writer.tunnel->enabled)
			write_connection(&writer);
		else
			write_dormant(&writer);
	}
	close_section(&writer);
	output_bytes(output, "\n", 1);
	swanctl_secrets_write(output, model);
}

/* Automatic ones are short, and those that rest on nothing are not written. */
static bool supports_identity(const struct tunnel *tunnel, enum option option,
			      const struct identity *identity, struct backend_refusal *refusal)
{
	const char *word = option == OPTION_LOCAL_ID ? "local-id" : "remote-id";

	if (identity->type == IDENTITY_NONE || identity->type == IDENTITY_SUBJECT)
		return true;
	if (!swanctl_id_fits(identity, SWANCTL_ID_MAX))
		return backend_refuse(refusal, tunnel, option,
				      "this %s is too long for charon, which would cut it off", word);
	if (tunnel->method == METHOD_PSK && !swanctl_id_fits(identity, SWANCTL_OWNER_MAX))
		return backend_refuse(refusal, tunnel, option,
				      "this %s is too long for charon as owner of a secret: it would be "
			      "cut off after %d characters",
			      word, SWANCTL_OWNER_MAX);
	return true;
}

/* An IKEv2 gateway whose own identity has a `*' in it authenticates as its address instead. */
static bool supports_star(const struct tunnel *tunnel, struct backend_refusal *refusal)
{
	if (tunnel->version == 1 || !swanctl_id_has_star(&tunnel->local_id))
		return true;
	return backend_refuse(refusal, tunnel, OPTION_LOCAL_ID,
			      "charon does not send a local-id with a '*' in it, but its address");
}

bool swanctl_supports(const struct model *model, const struct tunnel *tunnel,
		      struct backend_refusal *refusal)
{
	const char *ike = swanctl_ike_flaw(&tunnel->ike);
	const char *esp = swanctl_esp_flaw(&tunnel->esp);

	(void)model;
	if (ike)
		return backend_refuse(refusal, tunnel, OPTION_IKE, "this ike suite %s", ike);
	if (esp)
		return backend_refuse(refusal, tunnel, OPTION_ESP, "this esp suite %s", esp);
	return supports_star(tunnel, refusal) &&
	       supports_identity(tunnel, OPTION_LOCAL_ID, &tunnel->local_id, refusal) &&
	       supports_identity(tunnel, OPTION_REMOTE_ID, &tunnel->remote_id, refusal);
}

/* SPDX-License-Identifier: ISC */
#include "backends/swanctl.h"

#include <stdarg.h>
#include <stdio.h>

/*
 * What charon is told of a tunnel: the keys of its connection, in swanctl's words and order.  They
 * go to a sink, which is a text or charon itself, so that the two never differ.  charon's own
 * defaults are not those of WeOS (no dead peer detection, port 4500, any peer identity), so every
 * value is spelt out.
 */

struct writer {
	const struct swanctl_sink *sink;
	const struct tunnel *tunnel;
	struct output *value; /* scratch: the value that is being made */
};

#define NOBODY (-1)

/* The value made in the scratch. */
static void set_made(struct writer *writer, int setting, const char *key, enum swanctl_kind kind)
{
	const struct swanctl_entry entry = {
	    .tunnel = writer->tunnel,
	    .setting = setting,
	    .key = key,
	    .kind = kind,
	    .value = {writer->value->bytes ? writer->value->bytes : "", writer->value->size},
	};

	writer->sink->set(writer->sink->context, &entry);
	writer->value->size = 0;
}

static void set_as(struct writer *writer, int setting, const char *key, enum swanctl_kind kind,
		   const char *format, ...) __attribute__((format(printf, 5, 6)));

static void set_as(struct writer *writer, int setting, const char *key, enum swanctl_kind kind,
		   const char *format, ...)
{
	char value[128];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	output_printf(writer->value, "%s", value);
	set_made(writer, setting, key, kind);
}

#define set(writer, setting, key, ...) set_as(writer, setting, key, SWANCTL_WORD, __VA_ARGS__)

static void open_section(struct writer *writer, const char *name)
{
	writer->sink->open(writer->sink->context, NULL, name);
}

/* A section that bears the tunnel's number. */
static void open_numbered(struct writer *writer, const char *name)
{
	char numbered[32];

	snprintf(numbered, sizeof(numbered), "%s%d", name, (int)writer->tunnel->id);
	writer->sink->open(writer->sink->context, writer->tunnel, numbered);
}

static void close_section(struct writer *writer)
{
	writer->sink->close(writer->sink->context);
}

static void set_address(struct writer *writer, enum setting setting, const char *key,
			const struct address *address)
{
	if (address->set)
		set_as(writer, (int)setting, key, SWANCTL_LIST, IP_FORMAT, IP_BYTES(address->ip));
	else
		set_as(writer, (int)setting, key, SWANCTL_LIST, "%%any");
}

static bool is_outer(const struct subnet *subnet, const struct address *outer)
{
	return outer->set && subnet->address == outer->ip && subnet->length == 32;
}

/* `dynamic' is the outer address, whatever that turns out to be; who spells out the default has the
 * same. */
static void set_subnet(struct writer *writer, enum setting setting, const char *key,
		       const struct subnet *subnet, const struct address *outer)
{
	if (subnet->set && !is_outer(subnet, outer))
		set_as(writer, (int)setting, key, SWANCTL_LIST, IP_FORMAT "/%u",
		       IP_BYTES(subnet->address), subnet->length);
	else
		set_as(writer, (int)setting, key, SWANCTL_LIST, "dynamic");
}

static void set_suite(struct writer *writer, enum setting setting, const char *key,
		      void (*write)(struct output *output, const struct tunnel *tunnel))
{
	write(writer->value, writer->tunnel);
	set_made(writer, (int)setting, key, SWANCTL_LIST);
}

/* Without one charon takes the subject of the certificate, which is what WeOS does too. */
static void set_identity(struct writer *writer, enum setting setting,
			 const struct identity *identity)
{
	if (identity->type == IDENTITY_NONE || identity->type == IDENTITY_SUBJECT)
		return;
	swanctl_id_write(writer->value, identity, SWANCTL_ID_MAX);
	set_made(writer, (int)setting, "id", swanctl_id_kind(identity));
}

static void set_label(struct writer *writer, enum setting setting, const char *key,
		      struct slice label)
{
	if (label.length == 0)
		return;
	output_bytes(writer->value, label.at, label.length);
	output_printf(writer->value, ".pem");
	set_made(writer, (int)setting, key, SWANCTL_FILE);
}

static const char *auth_name(const struct tunnel *tunnel)
{
	return tunnel->method == METHOD_PSK ? "psk" : "pubkey";
}

static void write_local(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	open_section(writer, "local");
	set(writer, SETTING_METHOD, "auth", "%s", auth_name(tunnel));
	set_identity(writer, SETTING_LOCAL_ID, &tunnel->local_id);
	if (tunnel->method == METHOD_CERT)
		set_label(writer, SETTING_CERTIFICATE, "certs", tunnel->certificate);
	close_section(writer);
}

static void write_remote(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	open_section(writer, "remote");
	set(writer, SETTING_METHOD, "auth", "%s", auth_name(tunnel));
	set_identity(writer, SETTING_REMOTE_ID, &tunnel->remote_id);
	if (tunnel->method == METHOD_CERT) {
		set_label(writer, SETTING_CA, "cacerts", tunnel->ca);
		set(writer, SETTING_REVOCATION, "revocation", "%s",
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
	set_subnet(writer, SETTING_LOCAL_SUBNET, "local_ts", &tunnel->local_subnet,
		   &tunnel->local_address);
	set_subnet(writer, SETTING_REMOTE_SUBNET, "remote_ts", &tunnel->remote_subnet,
		   &tunnel->peer);
	set_suite(writer, SETTING_ESP, "esp_proposals", swanctl_esp_write);
	set(writer, NOBODY, "mode", "tunnel");
	set(writer, SETTING_SA_REKEY_TIME, "rekey_time", "%us", rekey);
	set(writer, SETTING_SA_REKEY_TIME, "life_time", "%llus",
	    (unsigned long long)rekey * 110 / 100);
	set(writer, SETTING_INITIATOR, "start_action", "%s", start_action(tunnel));
	set(writer, SETTING_DPD_ACTION, "dpd_action", "%s", dpd_action(tunnel));
	set(writer, NOBODY, "close_action", "none");
	close_section(writer);
	close_section(writer);
}

/* There is no dpd_action that turns dead peer detection off; a delay of 0 does. */
static void write_dpd(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	if (tunnel->dpd_action == DPD_OFF)
		set(writer, SETTING_DPD_ACTION, "dpd_delay", "0s");
	else
		set(writer, SETTING_DPD_DELAY, "dpd_delay", "%us", tunnel->dpd_delay);
	if (tunnel->version == 1)
		set(writer, SETTING_DPD_TIMEOUT, "dpd_timeout", "%us", tunnel->dpd_timeout);
}

static void write_ike(struct writer *writer)
{
	const struct tunnel *tunnel = writer->tunnel;

	set(writer, SETTING_VERSION, "version", "%d", tunnel->version);
	set_address(writer, SETTING_LOCAL_ADDRESS, "local_addrs", &tunnel->local_address);
	set_address(writer, SETTING_PEER, "remote_addrs", &tunnel->peer);
	set_suite(writer, SETTING_IKE, "proposals", swanctl_ike_write);
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
	set(writer, SETTING_REAUTH_TIME, "reauth_time", "%us", tunnel->reauth_time);
}

bool swanctl_tunnel_write(const struct tunnel *tunnel, const struct swanctl_sink *sink)
{
	struct output value;
	struct writer writer = {.sink = sink, .tunnel = tunnel, .value = &value};
	bool made;

	output_init(&value);
	open_numbered(&writer, "ipsec");
	write_ike(&writer);
	write_local(&writer);
	write_remote(&writer);
	write_children(&writer);
	close_section(&writer);
	made = !value.failed;
	output_free(&value);
	return made;
}

/* SPDX-License-Identifier: ISC */
/*
 * ipsec.conf of Libreswan.  What it cannot read of an identity it passes over and is its address
 * instead, without a word, so that only characters that are known to pass are written.  Seen with
 * 4.10.
 *
 * Suites that are automatic at the other end.  WeOS's daemon is taken to have charon's `default',
 * whose ESP has no group: with pfs=yes, Libreswan's own default, the tunnel would come up and lose
 * every rekeying.  A peer that is ours offers all groups, x25519 first; there Libreswan takes for a
 * CHILD_SA the group of the IKE_SA, and answers another one with a syntax error, so the IKE_SA has
 * x25519.  In version 1 WeOS's daemon has one suite.
 */
#include "backends/libreswan.h"

#include "backends/swanctl.h"

#include <string.h>

#define LIFETIME_MAX 86400 /* seconds; more is cut off to that */

static const char header[] =
    "# ipsec.conf for Libreswan 4 or later, made by weipsec " WEIPSEC_VERSION ": a file for\n"
    "# /etc/ipsec.d, readable by root alone.  The lines at its end with PSK in them belong,\n"
    "# without their '#', into a file such as /etc/ipsec.d/weipsec.secrets:\n"
    "#   sed -n 's/^#\\([^ ]\\)/\\1/p'\n";

static const char version1[] = "# Version 1 needs 'ikev1-policy=accept' in its 'config setup'.\n";

static const char certificates[] =
    "# 'leftcert' is to be added: the nickname of the certificate in Libreswan's NSS database, "
    "where\n"
    "# the CA of the other end's certificate must be, too.\n";

/* ---- identities ---- */

static bool is_made_of(struct slice value, const char *others)
{
	for (size_t i = 0; i < value.length; i++) {
		char c = value.at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    (c == '\0' || !strchr(others, c)))
			return false;
	}
	return value.length > 0;
}

/* Behind its `@' a name must not begin with what stands for another kind. */
static bool is_plain_name(struct slice value)
{
	return is_made_of(value, "._-:/") && value.at[0] != '/';
}

static bool is_plain_email(struct slice value)
{
	return is_made_of(value, "._-+@") && value.at[0] != '@' &&
	       memchr(value.at, '@', value.length);
}

static bool takes_identity(const struct identity *identity)
{
	switch (identity->type) {
	case IDENTITY_NAME:
		return is_plain_name(identity->value);
	case IDENTITY_EMAIL:
		return is_plain_email(identity->value);
	case IDENTITY_DN:
		return !identity->wildcard &&
		       (identity->value_is_der || is_made_of(identity->value, " .,_=/@:()+'-"));
	case IDENTITY_KEY:
		return identity->value.length > 0;
	case IDENTITY_INET_RANGE:
		return false;
	default:
		return true;
	}
}

/* The address OUTER where nothing else is known; %any where that is not known either. */
static void write_outer(struct output *output, const struct address *outer)
{
	if (outer->set)
		output_printf(output, IP_FORMAT, IP_BYTES(outer->ip));
	else
		output_printf(output, "%%any");
}

static void write_text(struct output *output, const char *before, struct slice value,
		       const char *behind)
{
	output_printf(output, "%s%.*s%s", before, (int)value.length, value.at, behind);
}

/* A key ID is written in hex unless it is a word. */
static void write_key(struct output *output, struct slice value)
{
	if (is_made_of(value, "._-")) {
		write_text(output, "@[", value, "]");
		return;
	}
	output_printf(output, "@#");
	swanctl_hex_write(output, value);
}

static void write_name(struct output *output, const struct identity *identity)
{
	if (!identity->value_is_der) {
		write_text(output, "\"", identity->value, "\"");
		return;
	}
	output_printf(output, "@~");
	swanctl_hex_write(output, identity->value);
}

static void write_identity(struct output *output, const struct identity *identity,
			   const struct address *outer)
{
	switch (identity->type) {
	case IDENTITY_NAME:
		write_text(output, "@", identity->value, "");
		break;
	case IDENTITY_EMAIL:
		write_text(output, "", identity->value, "");
		break;
	case IDENTITY_KEY:
		write_key(output, identity->value);
		break;
	case IDENTITY_DN:
		write_name(output, identity);
		break;
	case IDENTITY_INET:
		output_printf(output, IP_FORMAT, IP_BYTES(identity->ip));
		break;
	default:
		write_outer(output, outer);
		break;
	}
}

/* With a certificate who is automatic is its subject, at either end. */
static void set_identity(struct output *output, const char *key, const struct tunnel *tunnel,
			 const struct identity *identity, const struct address *outer)
{
	bool is_automatic = identity->type <= IDENTITY_SUBJECT || identity_accepts_any(identity);

	if (tunnel->method == METHOD_CERT && is_automatic) {
		output_printf(output, "\t%s=%%fromcert\n", key);
	} else if (!is_automatic) {
		output_printf(output, "\t%s=", key);
		write_identity(output, identity, outer);
		output_printf(output, "\n");
	}
}

/* ---- suites ---- */

static const struct {
	const char *weos, *libreswan;
} words[] = {
    {"aes128ctr", "aes_ctr128"},
    {"aes256ctr", "aes_ctr256"},
    {"aes128gcm12", "aes_gcm_b128"},
    {"aes128gcm16", "aes_gcm128"},
    {"aes128ccm12", "aes_ccm_b128"},
    {"aes128ccm16", "aes_ccm128"},
    {"sha256", "sha2_256"},
    {"sha384", "sha2_384"},
    {"sha512", "sha2_512"},
    {"prfsha256", "sha2_256"},
    {"prfsha384", "sha2_384"},
    {"prfsha512", "sha2_512"},
    {"ecp256", "dh19"},
    {"ecp384", "dh20"},
    {"ecp521", "dh21"},
    {"x25519", "dh31"},
};

/* Of charon's keywords those that Libreswan has others for. */
static const char *word_of(const struct algorithm *algorithm)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(algorithm->swanctl, words[i].weos) == 0)
			return words[i].libreswan;
	}
	return algorithm->swanctl;
}

static const struct algorithm *slot_of(const struct suite *suite, enum suite_slot slot)
{
	return suite->slot[slot].state == SLOT_GIVEN ? suite->slot[slot].algorithm : NULL;
}

static void write_suite(struct output *output, const struct suite *suite, bool with_group)
{
	const struct algorithm *group = slot_of(suite, SUITE_DH);
	const struct algorithm *hash = slot_of(suite, SUITE_AUTH);

	if (!hash)
		hash = slot_of(suite, SUITE_PRF);
	output_printf(output, "%s-%s", word_of(slot_of(suite, SUITE_CIPHER)),
		      hash ? word_of(hash) : "null");
	if (with_group && group)
		output_printf(output, "-%s", word_of(group));
}

static void write_ike(struct output *output, const struct tunnel *tunnel)
{
	output_printf(output, "\tike=");
	if (tunnel->ike->set)
		write_suite(output, tunnel->ike, true);
	else if (tunnel->version == 1)
		output_printf(output, "aes128-sha2_256-dh31");
	else
		output_printf(output, "aes128-sha2_256-dh31,aes256-sha2_256-dh31,"
				      "aes256-sha2_512-dh31,aes_gcm128-sha2_256-dh31");
	output_printf(output, "\n");
}

/* In version 1 the group of phase 1 is that of phase 2 where none is named, and those that are no
 * MODP cannot be named. */
static bool group_is_named(const struct tunnel *tunnel)
{
	return tunnel->version != 1 ||
	       slot_of(tunnel->esp, SUITE_DH) != slot_of(tunnel->ike, SUITE_DH);
}

static void write_esp(struct output *output, const struct tunnel *tunnel, bool peer_is_ours)
{
	const struct suite *esp = tunnel->esp;
	bool has_group = esp->set ? slot_of(esp, SUITE_DH) != NULL : peer_is_ours;

	if (esp->set || tunnel->version == 1) {
		output_printf(output, "\tesp=");
		if (esp->set)
			write_suite(output, esp, group_is_named(tunnel));
		else
			output_printf(output, "aes128-sha2_256");
		output_printf(output, "\n");
	}
	output_printf(output, "\tpfs=%s\n", has_group ? "yes" : "no");
}

/* ---- a tunnel ---- */

static void write_side(struct output *output, const char *side, const struct address *address,
		       const struct subnet *subnet)
{
	if (address->set)
		output_printf(output, "\t%s=" IP_FORMAT "\n", side, IP_BYTES(address->ip));
	if (subnet->set)
		output_printf(output, "\t%ssubnet=" IP_FORMAT "/%u\n", side,
			      IP_BYTES(subnet->address), (unsigned)subnet->length);
}

/* An initiator without a peer has no other end: nothing stands for it. */
static void write_ends(struct output *output, const struct tunnel *tunnel)
{
	if (!tunnel->local_address.set)
		output_printf(output, "\tleft=%%defaultroute\n");
	write_side(output, "left", &tunnel->local_address, &tunnel->local_subnet);
	set_identity(output, "leftid", tunnel, &tunnel->local_id, &tunnel->local_address);
	if (!tunnel->peer.set && !tunnel->initiator)
		output_printf(output, "\tright=%%any\n");
	write_side(output, "right", &tunnel->peer, &tunnel->remote_subnet);
	set_identity(output, "rightid", tunnel, &tunnel->remote_id, &tunnel->peer);
}

static unsigned least(uint64_t a, uint64_t b)
{
	return (unsigned)(a < b ? a : b);
}

/* Its life times are hard ones, and it begins anew one or two margins before: as charon does, up to
 * a tenth earlier than it is told. */
static void write_times(struct output *output, const struct tunnel *tunnel)
{
	unsigned margin = least(tunnel->sa_rekey_time / 10, LIFETIME_MAX / 10);
	unsigned ike = tunnel->reauth_time ? tunnel->reauth_time : IKE_REKEY_TIME;

	output_printf(output, "\tikelifetime=%us\n", least((uint64_t)ike + margin, LIFETIME_MAX));
	output_printf(output, "\tsalifetime=%us\n",
		      least((uint64_t)tunnel->sa_rekey_time + margin, LIFETIME_MAX));
	output_printf(output, "\trekeymargin=%us\n", margin);
	if (tunnel->reauth_time && tunnel->version != 1)
		output_printf(output, "\treauth=yes\n");
}

static void write_dpd(struct output *output, const struct tunnel *tunnel)
{
	static const char *const actions[] = {
	    [DPD_CLEAR] = "clear", [DPD_TRAP] = "hold", [DPD_RESTART] = "restart"};

	if (tunnel->dpd_action == DPD_OFF)
		return;
	output_printf(output, "\tdpddelay=%us\n", (unsigned)tunnel->dpd_delay);
	if (tunnel->version == 1)
		output_printf(output, "\tdpdtimeout=%us\n", (unsigned)tunnel->dpd_timeout);
	output_printf(output, "\tdpdaction=%s\n", actions[tunnel->dpd_action]);
}

static const char *auth_of(const struct tunnel *tunnel)
{
	if (tunnel->method == METHOD_PSK)
		return "secret";
	return tunnel->version == 1 ? "rsasig" : "rsasig,ecdsa";
}

static const char *start_of(const struct tunnel *tunnel)
{
	if (tunnel->initiator)
		return "start";
	return tunnel->peer.set ? "ondemand" : "add";
}

static void write_conn(struct output *output, const struct tunnel *tunnel, bool peer_is_ours)
{
	output_origin(output, tunnel, -1);
	output_printf(output, "\nconn ipsec%d\n", (int)tunnel->id);
	write_ends(output, tunnel);
	output_printf(output, "\tauthby=%s\n\tikev2=%s\n", auth_of(tunnel),
		      tunnel->version == 1 ? "no" : "yes");
	if (tunnel->weos4 && tunnel->weos4->aggressive)
		output_printf(output, "\taggressive=yes\n");
	write_ike(output, tunnel);
	write_esp(output, tunnel, peer_is_ours);
	write_times(output, tunnel);
	write_dpd(output, tunnel);
	output_printf(output, "\tauto=%s\n", start_of(tunnel));
}

/* In hex, which is right for any bytes. */
static void write_secret(struct output *output, const struct tunnel *tunnel)
{
	output_origin(output, tunnel, SETTING_SECRET);
	output_printf(output, "#");
	write_identity(output, &tunnel->local_id, &tunnel->local_address);
	output_printf(output, " ");
	write_identity(output, &tunnel->remote_id, &tunnel->peer);
	output_printf(output, " : PSK 0x");
	swanctl_hex_write(output, tunnel->secret.bytes);
	output_printf(output, "\n");
	output->has_secrets = 1;
}

/* ---- the whole ---- */

static bool any_is(const struct model *model, bool (*is)(const struct tunnel *tunnel))
{
	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled && is(model->tunnels[i]))
			return true;
	}
	return false;
}

static bool is_version1(const struct tunnel *tunnel)
{
	return tunnel->version == 1;
}

static bool is_certified(const struct tunnel *tunnel)
{
	return tunnel->method == METHOD_CERT;
}

static bool has_secret(const struct tunnel *tunnel)
{
	return tunnel->method == METHOD_PSK && tunnel->secret.set;
}

/* Its peer may be either, and what is right for one is wrong for the other. */
static bool has_doubtful_group(const struct tunnel *tunnel)
{
	return !tunnel->esp->set;
}

static const char doubtful[] =
    "# Where esp is automatic the other end is taken to have WeOS's own daemon, without groups: "
    "if\n"
    "# it runs under weipsec-apply, write pfs=yes; better name ike and esp there, with one "
    "group.\n";

void libreswan_write(const struct model *model, bool peer_is_ours, struct output *output)
{
	output_bytes(output, header, sizeof(header) - 1);
	if (any_is(model, is_version1))
		output_bytes(output, version1, sizeof(version1) - 1);
	if (any_is(model, is_certified))
		output_bytes(output, certificates, sizeof(certificates) - 1);
	if (!peer_is_ours && any_is(model, has_doubtful_group))
		output_bytes(output, doubtful, sizeof(doubtful) - 1);
	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled)
			write_conn(output, model->tunnels[i], peer_is_ours);
		else
			output_printf(output, "\n# ipsec%d is disabled\n",
				      (int)model->tunnels[i]->id);
	}
	if (any_is(model, has_secret))
		output_printf(output, "\n");
	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled && has_secret(model->tunnels[i]))
			write_secret(output, model->tunnels[i]);
	}
}

/* ---- what cannot be said ---- */

static bool supports_identity(const struct tunnel *tunnel, enum setting setting,
			      const struct identity *identity, struct backend_refusal *refusal)
{
	if (takes_identity(identity))
		return true;
	return backend_refuse(refusal, tunnel, setting,
			      "Libreswan cannot be told this identity: use letters, digits, '.', "
			      "'-' and '_'");
}

/* It has no CCM for IKE, and only some of what WeOS 4 has. */
static bool supports_ike(const struct tunnel *tunnel, struct backend_refusal *refusal)
{
	const struct algorithm *cipher = slot_of(tunnel->ike, SUITE_CIPHER);
	const struct algorithm *group = slot_of(tunnel->ike, SUITE_DH);

	if (!tunnel->ike->set)
		return true;
	if (strncmp(cipher->word, "aes128ccm", 9) == 0)
		return backend_refuse(refusal, tunnel, SETTING_IKE, "Libreswan has no %s for ike",
				      cipher->word);
	return strcmp(group->swanctl, "modp1024") != 0 ||
	       backend_refuse(refusal, tunnel, SETTING_IKE, "Libreswan has no group of 1024 bits");
}

static bool supports_group(const struct tunnel *tunnel, struct backend_refusal *refusal)
{
	const struct algorithm *group = slot_of(tunnel->esp, SUITE_DH);

	if (tunnel->version != 1 || !group || !group_is_named(tunnel) ||
	    (strncmp(group->swanctl, "modp", 4) == 0 && strcmp(group->swanctl, "modp1024") != 0))
		return true;
	return backend_refuse(refusal, tunnel, SETTING_ESP,
			      "Libreswan has no %s for esp in version 1, but that of ike: use one "
			      "group for both",
			      group->word);
}

bool libreswan_supports(const struct model *model, const struct tunnel *tunnel,
			struct backend_refusal *refusal)
{
	(void)model;
	return supports_ike(tunnel, refusal) && supports_group(tunnel, refusal) &&
	       supports_identity(tunnel, SETTING_LOCAL_ID, &tunnel->local_id, refusal) &&
	       supports_identity(tunnel, SETTING_REMOTE_ID, &tunnel->remote_id, refusal);
}

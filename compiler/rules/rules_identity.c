/* SPDX-License-Identifier: ISC */
/* WI4xx: what the ends authenticate with, and as whom. */
#include "compiler/rules/check.h"
#include "compiler/rules/rules.h"

#include "compiler/model/words.h"

#include <string.h>

/* WI401, WI410, WI411: what the method cannot do without. */

void rule_WI401(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->method != METHOD_PSK || tunnel->secret.set || device_encrypts_secrets(check))
		return;
	finding = check_report(check, tunnel, tunnel->header, "method psk needs a secret");
	finding_help(check->findings, finding,
		     "write 'secret' and what 'weipsec secret' prints, the same at both ends");
}

void rule_WI410(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->method != METHOD_CERT || tunnel->certificate.length)
		return;
	finding = check_report(check, tunnel, tunnel->header, "method cert needs a certificate");
	finding_help(check->findings, finding,
		     "write 'certificate LABEL', one of this device, with a private key");
}

void rule_WI411(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->method != METHOD_CERT || tunnel->ca.length)
		return;
	finding = check_report(check, tunnel, tunnel->header,
			       "method cert needs a ca: any CA of the device would be trusted");
	finding_help(check->findings, finding,
		     "write 'ca LABEL', the CA of the peer's certificate");
}

static void report_dead(struct check *check, const struct tunnel *tunnel, enum setting setting,
			enum method other)
{
	struct finding *finding;
	struct span at = setting_span(tunnel, setting);

	if (!tunnel_given(tunnel, setting))
		return;
	if (setting == SETTING_SECRET)
		at = tunnel_origin(tunnel, setting)->name;
	finding = check_report(check, tunnel, at, "%s does nothing with method %s",
			       setting_table[setting].word, other == METHOD_PSK ? "cert" : "psk");
	finding_help(check->findings, finding, "drop it, or write 'method %s'",
		     other == METHOD_PSK ? "psk" : "cert");
}

void rule_WI412(struct check *check, const struct tunnel *tunnel)
{
	if (tunnel->method == METHOD_CERT) {
		report_dead(check, tunnel, SETTING_SECRET, METHOD_PSK);
		return;
	}
	report_dead(check, tunnel, SETTING_CERTIFICATE, METHOD_CERT);
	report_dead(check, tunnel, SETTING_CA, METHOD_CERT);
	report_dead(check, tunnel, SETTING_REVOCATION, METHOD_CERT);
}

/* An automatic remote-id may well be anyone's: that is the guide's default, and no finding. */
static bool matches_anyone(const struct tunnel *tunnel, enum setting setting,
			   const struct identity *identity)
{
	return tunnel_given(tunnel, setting) && identity->form != IDENTITY_AUTO &&
	       identity_accepts_any(identity);
}

/*
 * The words that match anyone; of agent configuration those of the module, since it has no others.
 */
static const char *anyone_quote(struct check *check, const struct tunnel *tunnel,
				enum setting setting, const struct identity *identity)
{
	if (!tunnel->provenance)
		return finding_quote(check->findings, setting_value(tunnel, setting));
	return identity->type == IDENTITY_ANY ? "'any'" : "'*'";
}

void rule_WI416(struct check *check, const struct tunnel *tunnel)
{
	struct findings *findings = check->findings;
	struct span local = setting_value(tunnel, SETTING_LOCAL_ID);
	struct span remote = setting_value(tunnel, SETTING_REMOTE_ID);
	struct finding *finding;

	if (matches_anyone(tunnel, SETTING_LOCAL_ID, &tunnel->local_id)) {
		finding = check_report_as(check, tunnel, SEVERITY_ERROR, local,
					  "%s matches anyone, and names nobody as local-id",
					  anyone_quote(check, tunnel, SETTING_LOCAL_ID,
						       &tunnel->local_id));
		finding_help(findings, finding,
			     "write the identity of this gateway, or 'no local-id' for the %s",
			     tunnel->method == METHOD_CERT ? "certificate's subject"
							   : "local-address");
	}
	if (matches_anyone(tunnel, SETTING_REMOTE_ID, &tunnel->remote_id)) {
		finding = check_report(check, tunnel, remote, "%s as remote-id matches anyone",
				       anyone_quote(check, tunnel, SETTING_REMOTE_ID,
						    &tunnel->remote_id));
		finding_help(findings, finding, "write the peer's identity");
	}
}

/* A range of a single address; the key is a letter, the first and the last one. */
static bool single_range(const struct identity *identity)
{
	return identity->type == IDENTITY_INET_RANGE && identity->key.length == 9 &&
	       memcmp(identity->key.at + 1, identity->key.at + 5, 4) == 0;
}

void rule_WI417(struct check *check, const struct tunnel *tunnel)
{
	struct span at = setting_value(tunnel, SETTING_REMOTE_ID);
	bool psk = tunnel->method == METHOD_PSK;
	struct finding *finding;

	if (!tunnel_given(tunnel, SETTING_REMOTE_ID) || !tunnel->remote_id.wildcard ||
	    identity_accepts_any(&tunnel->remote_id) || single_range(&tunnel->remote_id) ||
	    (!psk && !tunnel->initiator))
		return;
	finding = check_report(check, tunnel, at, "%s matches many: %s",
			       finding_quote(check->findings, at),
			       psk ? "every holder of the secret can claim any of these identities"
				   : "this initiator accepts any of these peers");
	finding_help(check->findings, finding, "write the one identity of the peer");
}

/* WI414 */

/* The words of an identity as charon gets them: without `autodetect' and quotes. */
static struct slice identity_text(const struct check *check, const struct tunnel *tunnel,
				  enum setting setting)
{
	static const char word[] = "autodetect";
	struct slice text = text_slice(check->model->text, setting_value(tunnel, setting));
	size_t skip = sizeof(word) - 1;

	if (text.length > skip && memcmp(text.at, word, skip) == 0 &&
	    (text.at[skip] == ' ' || text.at[skip] == '\t')) {
		while (skip < text.length && (text.at[skip] == ' ' || text.at[skip] == '\t'))
			skip++;
		text = slice_cut(text, skip);
	}
	if (text.length > 2 && (*text.at == '\'' || *text.at == '"'))
		text = (struct slice){text.at + 1, text.length - 2};
	return text;
}

/* Digits and what stands between them in addresses, but no address. */
static bool nearly_address(struct slice name)
{
	if (!memchr(name.at, '.', name.length))
		return false;
	for (size_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		/* '-', '.', '/' and the digits stand side by side in ASCII */
		if (c < '-' || c > '9')
			return false;
	}
	return true;
}

/* What TEXT became, if that is hardly what was meant, and what to type instead; or NULL. */
static const char *surprise(const struct identity *identity, struct slice text, const char **help)
{
	if (identity->type == IDENTITY_KEY && slice_compare(identity->value, text) == 0) {
		*help = "write 'key' before it if it is one, or what is meant: "
			"'name', 'email', or a name such as 'C=SE, CN=alice'";
		return "a key ID";
	}
	if (single_range(identity)) {
		*help = "write 'inet' and the address alone";
		return "a range of addresses";
	}
	if (identity->type != IDENTITY_NAME || text.length == 0)
		return NULL;
	if (text.at[0] == '@') {
		*help = "write 'name' and the rest without the '@', or 'email USER@DOMAIN'";
		return "a name without its '@'";
	}
	if (nearly_address(text)) {
		*help = "write 'inet' and an IPv4 address, or 'name' before it if it is one";
		return "a name";
	}
	return NULL;
}

/* `name 192.0.2.1': a name, which no peer shows that calls itself by its address. */
static void report_named_address(struct check *check, const struct tunnel *tunnel,
				 enum setting setting, const struct identity *identity)
{
	struct span at = setting_value(tunnel, setting);
	struct finding *finding;
	uint32_t ip;

	if (identity->type != IDENTITY_NAME || !address_read(identity->value, &ip))
		return;
	finding = check_report(check, tunnel, at, "%s is a name that reads like an address",
			       finding_quote(check->findings, at));
	finding_help(check->findings, finding,
		     "write 'inet " IP_FORMAT "' if the address is meant, the same at both ends",
		     IP_BYTES(ip));
}

void rule_WI414(struct check *check, const struct tunnel *tunnel)
{
	static const enum setting settings[] = {SETTING_LOCAL_ID, SETTING_REMOTE_ID};

	for (size_t i = 0; i < 2; i++) {
		const struct identity *identity = i ? &tunnel->remote_id : &tunnel->local_id;
		struct span at = setting_value(tunnel, settings[i]);
		const char *help = NULL, *what;
		struct finding *finding;

		if (!tunnel_given(tunnel, settings[i]))
			continue;
		if (identity->form != IDENTITY_DEDUCED) {
			report_named_address(check, tunnel, settings[i], identity);
			continue;
		}
		what = surprise(identity, identity_text(check, tunnel, settings[i]), &help);
		if (!what)
			continue;
		finding = check_report(check, tunnel, at, "%s is taken for %s",
				       finding_quote(check->findings, at), what);
		finding_help(check->findings, finding, "%s", help);
	}
}

void rule_WI424(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->method != METHOD_CERT || !tunnel->initiator || !tunnel->peer.set ||
	    tunnel->remote_id.form != IDENTITY_AUTO)
		return;
	finding = check_report(check, tunnel, tunnel->header,
			       "without remote-id the peer has to call itself " IP_FORMAT
			       ", and to have that address in its certificate",
			       IP_BYTES(tunnel->peer.ip));
	finding_help(check->findings, finding,
		     "write 'remote-id' with the subject or a subjectAltName of its certificate");
}

void rule_WI426(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->method != METHOD_PSK || tunnel->local_id.form != IDENTITY_AUTO ||
	    !tunnel->local_address.set || !tunnel->peer.set ||
	    !address_is_private(tunnel->local_address.ip) ||
	    address_is_private(tunnel->peer.ip))
		return;
	finding = check_report(check, tunnel, tunnel->header,
			       "without local-id this gateway calls itself " IP_FORMAT
			       ", and behind NAT its peer sees another address",
			       IP_BYTES(tunnel->local_address.ip));
	finding_help(check->findings, finding,
		     "write 'local-id name NAME', and the same as 'remote-id' at the peer");
}

void rule_WI429(struct check *check, const struct tunnel *tunnel)
{
	struct slice local = tunnel->local_id.key, remote = tunnel->remote_id.key;
	bool given = tunnel_given(tunnel, SETTING_REMOTE_ID);
	struct finding *finding;

	if (local.length == 0 || identity_accepts_any(&tunnel->local_id) ||
	    slice_compare(local, remote) != 0 ||
	    (!given && !tunnel_given(tunnel, SETTING_LOCAL_ID)))
		return;
	finding = check_report(check, tunnel,
			       setting_value(tunnel, given ? SETTING_REMOTE_ID : SETTING_LOCAL_ID),
			       "local-id and remote-id are the same");
	if (given && tunnel_given(tunnel, SETTING_LOCAL_ID))
		finding_relate(check->findings, finding, setting_value(tunnel, SETTING_LOCAL_ID),
			       "the local-id");
	finding_help(check->findings, finding, "write what the peer calls itself as 'remote-id'");
}

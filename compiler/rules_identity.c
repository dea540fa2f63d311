/* SPDX-License-Identifier: ISC */
/* WI4xx: what the ends authenticate with, and as whom. */
#include "compiler/check.h"
#include "compiler/rules.h"

/* WI401, WI410, WI411: what the method cannot do without. */

void rule_WI401(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->method != METHOD_PSK || tunnel->secret.set)
		return;
	finding = check_report(check, tunnel, tunnel->header, "method psk needs a secret");
	finding_help(check->findings, finding, "write 'secret SECRET', the same at both ends");
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

static void report_dead(struct check *check, const struct tunnel *tunnel, enum option option,
			enum method other)
{
	struct finding *finding;
	struct span at = setting_span(tunnel, option);

	if (!tunnel_given(tunnel, option))
		return;
	if (option == OPTION_SECRET)
		at = tunnel->from[option].name;
	finding = check_report(check, tunnel, at, "%s does nothing with method %s",
			       option_table[option].word, other == METHOD_PSK ? "cert" : "psk");
	finding_help(check->findings, finding, "drop it, or write 'method %s'",
		     other == METHOD_PSK ? "psk" : "cert");
}

void rule_WI412(struct check *check, const struct tunnel *tunnel)
{
	if (tunnel->method == METHOD_CERT) {
		report_dead(check, tunnel, OPTION_SECRET, METHOD_PSK);
		return;
	}
	report_dead(check, tunnel, OPTION_CERTIFICATE, METHOD_CERT);
	report_dead(check, tunnel, OPTION_CA, METHOD_CERT);
	report_dead(check, tunnel, OPTION_REVOCATION, METHOD_CERT);
}

/* An automatic remote-id may well be anyone's: that is the guide's default, and no finding. */
static bool matches_anyone(const struct tunnel *tunnel, enum option option,
			   const struct identity *identity)
{
	return tunnel_given(tunnel, option) && identity->form != IDENTITY_AUTO &&
	       identity_accepts_any(identity);
}

void rule_WI416(struct check *check, const struct tunnel *tunnel)
{
	struct findings *findings = check->findings;
	struct span local = setting_value(tunnel, OPTION_LOCAL_ID);
	struct span remote = setting_value(tunnel, OPTION_REMOTE_ID);
	struct finding *finding;

	if (matches_anyone(tunnel, OPTION_LOCAL_ID, &tunnel->local_id)) {
		finding = check_report_as(check, tunnel, SEVERITY_ERROR, local,
					  "%s matches anyone, and names nobody as local-id",
					  finding_quote(findings, local));
		finding_help(findings, finding,
			     "write the identity of this gateway, or 'no local-id' for the %s",
			     tunnel->method == METHOD_CERT ? "certificate's subject"
							   : "local-address");
	}
	if (matches_anyone(tunnel, OPTION_REMOTE_ID, &tunnel->remote_id)) {
		finding = check_report(check, tunnel, remote, "%s as remote-id matches anyone",
				       finding_quote(findings, remote));
		finding_help(findings, finding, "write the peer's identity");
	}
}

void rule_WI417(struct check *check, const struct tunnel *tunnel)
{
	struct span at = setting_value(tunnel, OPTION_REMOTE_ID);
	bool psk = tunnel->method == METHOD_PSK;
	struct finding *finding;

	if (!tunnel_given(tunnel, OPTION_REMOTE_ID) || !tunnel->remote_id.wildcard ||
	    identity_accepts_any(&tunnel->remote_id) || (!psk && !tunnel->initiator))
		return;
	finding = check_report(check, tunnel, at, "%s matches many: %s",
			       finding_quote(check->findings, at),
			       psk ? "every holder of the secret can claim any of these identities"
				   : "this initiator accepts any of these peers");
	finding_help(check->findings, finding, "write the one identity of the peer");
}

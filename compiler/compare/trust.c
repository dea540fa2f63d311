/* SPDX-License-Identifier: ISC */
#include "compiler/compare/trust.h"

#include "compiler/base/arena.h"
#include "compiler/model/dn.h"
#include "compiler/pki/certificate.h"
#include "compiler/pki/pki.h"

/* The certificate that END shows; NULL: not known. */
static struct certificate *own_certificate(const struct end *end)
{
	struct certificate *certificate = NULL;

	if (end->gateway->pki && end->tunnel->certificate.length)
		certificate = pki_certificate(end->gateway->pki, end->tunnel->certificate);
	return certificate && !certificate->fault.what ? certificate : NULL;
}

static bool read_name(const struct identity *identity, struct arena *arena, struct dn *dn)
{
	return identity->value_is_der ? dn_from_der(arena, identity->value, DN_KEY_TYPED, dn)
				      : dn_from_text(arena, identity->value, DN_KEY_TYPED, dn);
}

enum trust trust_subject_fits(const struct end *holder, const struct identity *wanted)
{
	const struct certificate *certificate = own_certificate(holder);
	struct dn pattern;

	if (wanted->type == IDENTITY_SUBJECT || !certificate)
		return TRUST_UNKNOWN;
	if (!certificate->dn_count || !read_name(wanted, holder->gateway->arena, &pattern))
		return TRUST_REFUSED;
	return dn_fits(certificate->dns[0], pattern.key) ? TRUST_GIVEN : TRUST_REFUSED;
}

static bool is_valid(const struct certificate *certificate, const struct pki *pki)
{
	int64_t now = pki_now(pki);

	return certificate->not_before <= now && now <= certificate->not_after;
}

/* The issuer of CERTIFICATE that VERIFIER knows, or was sent by HOLDER. */
static struct certificate *find_issuer(const struct end *holder, const struct end *verifier,
				       struct certificate *certificate)
{
	struct certificate *issuer = pki_issuer(verifier->gateway->pki, certificate);

	return issuer ? issuer : pki_issuer(holder->gateway->pki, certificate);
}

/* Whether the chain of CERTIFICATE leads to CA, with every link valid now. */
static const char *follow_chain(const struct end *holder, const struct end *verifier,
				struct certificate *certificate, struct certificate *ca)
{
	for (int depth = 0; depth <= PKI_CHAIN_MAX; depth++) {
		if (!is_valid(certificate, verifier->gateway->pki))
			return depth ? "a CA above it has expired, or is not valid yet"
				     : "it has expired, or is not valid yet";
		if (certificate_equal(certificate, ca))
			return NULL;
		if (certificate_is_by(certificate, ca)) {
			certificate = ca;
			continue;
		}
		certificate = find_issuer(holder, verifier, certificate);
		if (!certificate)
			break;
	}
	return "it is not of the ca that is trusted there";
}

enum trust trust_judge(const struct end *holder, const struct end *verifier, const char **why)
{
	struct certificate *certificate = own_certificate(holder);
	struct pki *pki = verifier->gateway->pki;
	struct certificate *ca = NULL;

	if (pki && verifier->tunnel->ca.length)
		ca = pki_ca(pki, verifier->tunnel->ca);
	if (!certificate || !ca || ca->fault.what)
		return TRUST_UNKNOWN;
	*why = follow_chain(holder, verifier, certificate, ca);
	if (!*why && holder->tunnel->local_id.type != IDENTITY_SUBJECT &&
	    !certificate_has(certificate, holder->gateway->arena, &holder->tunnel->local_id))
		*why = "it does not hold the identity that is shown";
	return *why ? TRUST_REFUSED : TRUST_GIVEN;
}

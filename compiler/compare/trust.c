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

/* A chain as it is followed. */
struct chain {
	const struct end *holder, *verifier;
	struct refused_certificate *why;
	struct certificate *ca; /* that of the verifier's tunnel: it must be in the chain */
	bool has_ca;
	bool is_here;	 /* the last one followed is the verifier's own */
	bool is_unknown; /* what a CRL that is not here says decides */
};

static bool refuse(struct refused_certificate *why, enum reason reason, const char *more)
{
	*why = (struct refused_certificate){reason, more};
	return false;
}

/* The issuer of CERTIFICATE that the verifier of CHAIN knows, or was sent by the holder. */
static struct certificate *find_issuer(struct chain *chain, const struct certificate *certificate)
{
	struct certificate *issuer = pki_issuer_of_any(chain->verifier->gateway->pki, certificate);

	chain->is_here = issuer != NULL;
	return issuer ? issuer : pki_issuer_of_any(chain->holder->gateway->pki, certificate);
}

/* That it is not of the certificate itself that something is said. */
static const char *above(bool is_first)
{
	return is_first ? "" : ": a CA above it";
}

/* What is known of the revocation of CERTIFICATE, whose ISSUER comes next in CHAIN. */
static bool is_unrevoked(struct chain *chain, const struct certificate *certificate,
			 const struct certificate *issuer, bool is_first)
{
	bool is_strict = chain->verifier->tunnel->revocation == REVOCATION_STRICT;

	switch (pki_revocation(chain->verifier->gateway->pki, certificate, issuer)) {
	case CERTIFICATE_LISTED:
		return refuse(chain->why, REASON_REVOKED, above(is_first));
	case CERTIFICATE_NOT_LISTED:
		return true;
	default:
		if (is_strict && !certificate->has_revocation)
			return refuse(chain->why, REASON_UNCHECKED,
				      ": revocation is strict there");
		chain->is_unknown = chain->is_unknown || is_strict;
		return true;
	}
}

static bool link_holds(struct chain *chain, struct certificate *certificate,
		       struct certificate *issuer, bool is_first)
{
	if (!is_valid(certificate, chain->verifier->gateway->pki))
		return refuse(chain->why, REASON_CERTIFICATE_DATES, above(is_first));
	if (certificate_equal(certificate, chain->ca))
		chain->has_ca = true;
	return !issuer || is_unrevoked(chain, certificate, issuer, is_first);
}

/* To a self-signed CA that the verifier has. */
static bool chain_holds(struct chain *chain, struct certificate *certificate)
{
	for (int depth = 0; depth <= PKI_CHAIN_MAX; depth++) {
		struct certificate *issuer = NULL;

		if (!certificate->is_self_signed) {
			issuer = find_issuer(chain, certificate);
			if (!issuer)
				return refuse(chain->why, REASON_CA_MISSING, "");
		}
		if (!link_holds(chain, certificate, issuer, depth == 0))
			return false;
		if (!issuer)
			return chain->has_ca ||
			       refuse(chain->why,
				      chain->is_here ? REASON_CA_DIFFERS : REASON_CA_MISSING, "");
		certificate = issuer;
	}
	return refuse(chain->why, REASON_NO_TRUST, "");
}

enum trust trust_judge(const struct end *holder, const struct end *verifier,
		       const struct identity *shown, struct refused_certificate *why)
{
	struct certificate *certificate = own_certificate(holder);
	struct pki *pki = verifier->gateway->pki;
	struct chain chain = {.holder = holder, .verifier = verifier, .why = why};

	if (pki && verifier->tunnel->ca.length)
		chain.ca = pki_ca(pki, verifier->tunnel->ca);
	if (!certificate || !chain.ca || chain.ca->fault.what)
		return TRUST_UNKNOWN;
	if (!chain_holds(&chain, certificate))
		return TRUST_REFUSED;
	if (trust_has_identity(holder, shown) == TRUST_REFUSED) {
		refuse(why, REASON_NO_TRUST, ": the certificate does not have its identity");
		return TRUST_REFUSED;
	}
	return chain.is_unknown ? TRUST_UNLISTED : TRUST_GIVEN;
}

enum trust trust_has_identity(const struct end *holder, const struct identity *shown)
{
	const struct certificate *certificate = own_certificate(holder);

	if (!certificate)
		return TRUST_UNKNOWN;
	return shown->type == IDENTITY_SUBJECT ||
		       certificate_has(certificate, holder->gateway->arena, shown)
		   ? TRUST_GIVEN
		   : TRUST_REFUSED;
}

bool trust_kinds_differ(const struct end *a, const struct end *b, struct refused_certificate *why)
{
	const struct certificate *first = own_certificate(a), *second = own_certificate(b);

	if (!first || !second || a->tunnel->version != 1 || b->tunnel->version != 1)
		return false;
	if (first->key == second->key &&
	    (first->key != CERTIFICATE_ECDSA || first->key_bits == second->key_bits))
		return false;
	refuse(why, REASON_METHOD_DIFFERS,
	       ": version 1 takes keys of one kind at both ends only, RSA or ECDSA of one length");
	return true;
}

/* ---- which certificate, in version 1 ---- */

/* Tunnels of a gateway that are looked at. */
#define CHOICES_MOST 64

/* The certificate of OTHER holds the identity that HOLDER shows. */
static bool may_stand_for(const struct end *holder, const struct end *other,
			  const struct identity *shown)
{
	const struct certificate *own = own_certificate(holder);
	const struct certificate *certificate = own_certificate(other);

	if (!own || !certificate || own == certificate)
		return false;
	if (shown->type != IDENTITY_SUBJECT)
		return certificate_has(certificate, holder->gateway->arena, shown);
	return own->dn_count && certificate->dn_count &&
	       slice_compare(own->dns[0], certificate->dns[0]) == 0;
}

/* What VERIFIER comes to, whatever it says. */
static enum trust judge_choice(const struct end *holder, const struct end *verifier,
			       const struct identity *shown)
{
	struct refused_certificate why;
	enum trust trust = trust_judge(holder, verifier, shown, &why);

	return trust_kinds_differ(holder, verifier, &why) ? TRUST_REFUSED : trust;
}

bool trust_has_choice(const struct end *holder, const struct end *verifier,
		      const struct identity *shown)
{
	const struct gateway *gateway = holder->gateway;
	enum trust own = judge_choice(holder, verifier, shown);

	for (size_t i = 0; i < gateway->enabled && i < CHOICES_MOST; i++) {
		const struct end other = {gateway, gateway->by_address[i].tunnel};

		if (other.tunnel->method == METHOD_CERT && may_stand_for(holder, &other, shown) &&
		    judge_choice(&other, verifier, shown) != own)
			return true;
	}
	return false;
}

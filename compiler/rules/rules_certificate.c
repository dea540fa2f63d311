/* SPDX-License-Identifier: ISC */
/* WI418 to WI422, WI425, WI428: what the certificates of the device say, where they are known. */
#include "compiler/pki/certificate.h"
#include "compiler/pki/pki.h"
#include "compiler/rules/check.h"
#include "compiler/rules/rules.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY INT64_C(86400)

/* ---- what a tunnel uses ---- */

static bool uses_certificates(const struct check *check, const struct tunnel *tunnel)
{
	return check->surroundings->pki && tunnel->method == METHOD_CERT;
}

/* The tunnel's certificate as it was found; NULL if there is none to speak of. */
static struct certificate *own_certificate(const struct check *check, const struct tunnel *tunnel)
{
	struct pki *pki = check->surroundings->pki;
	struct certificate *certificate;

	if (!uses_certificates(check, tunnel) || !tunnel->certificate.length)
		return NULL;
	certificate = pki_certificate(pki, tunnel->certificate);
	return pki_failed(pki) ? NULL : certificate;
}

/* The same, if it can be read. */
static struct certificate *readable_certificate(const struct check *check,
						const struct tunnel *tunnel)
{
	struct certificate *certificate = own_certificate(check, tunnel);

	return certificate && !certificate->fault.what ? certificate : NULL;
}

static struct certificate *own_ca(const struct check *check, const struct tunnel *tunnel)
{
	struct pki *pki = check->surroundings->pki;
	struct certificate *ca;

	if (!uses_certificates(check, tunnel) || !tunnel->ca.length)
		return NULL;
	ca = pki_ca(pki, tunnel->ca);
	return pki_failed(pki) ? NULL : ca;
}

/* The tunnel's CA if WI421 has nothing against it. */
static struct certificate *usable_ca(const struct check *check, const struct tunnel *tunnel)
{
	struct certificate *ca = own_ca(check, tunnel);

	return ca && !ca->fault.what && ca->is_ca && ca->count == 1 ? ca : NULL;
}

/* A certificate that a tunnel rests on, and the setting that brings it in. */
struct link {
	const struct certificate *certificate;
	enum setting setting;
};

/* The CA and what is above it, and the own certificate and what is above that, each once. */
struct links {
	struct link at[2 * (PKI_CHAIN_MAX + 1)];
	size_t count;
	bool is_shared; /* the own certificate is one of the CA's */
};

static bool links_have(const struct links *links, const struct certificate *certificate)
{
	for (size_t i = 0; i < links->count; i++) {
		if (certificate_equal(links->at[i].certificate, certificate))
			return true;
	}
	return false;
}

static void add_chain(const struct check *check, struct links *links,
		      struct certificate *certificate, enum setting setting)
{
	for (int depth = 0; certificate && depth <= PKI_CHAIN_MAX; depth++) {
		if (links_have(links, certificate))
			return;
		links->at[links->count++] = (struct link){certificate, setting};
		certificate = pki_issuer(check->surroundings->pki, certificate);
	}
}

static bool is_below(const struct check *check, struct certificate *certificate,
		     const struct certificate *ca)
{
	for (int depth = 0; certificate && depth <= PKI_CHAIN_MAX; depth++) {
		if (certificate_equal(certificate, ca))
			return true;
		certificate = pki_issuer(check->surroundings->pki, certificate);
	}
	return false;
}

static struct links find_links(const struct check *check, const struct tunnel *tunnel)
{
	struct certificate *own = readable_certificate(check, tunnel);
	struct certificate *ca = usable_ca(check, tunnel);
	struct links links = {.count = 0};

	add_chain(check, &links, ca, SETTING_CA);
	add_chain(check, &links, own, SETTING_CERTIFICATE);
	links.is_shared = own && ca && is_below(check, own, ca);
	return links;
}

/* ---- WI418: as whom ---- */

/* So many suggestions are enough. */
#define OFFERS 4

/* A value that can be typed as it is behind the word for its type. */
static bool is_typable(struct slice value)
{
	for (size_t i = 0; i < value.length; i++) {
		if (value.at[i] <= ' ' || value.at[i] > '~' || strchr("#'\"*", value.at[i]))
			return false;
	}
	return value.length > 0 && value.length <= FINDING_QUOTE_MAX;
}

static const char *offer_word(const struct identity *identity)
{
	switch (identity->type) {
	case IDENTITY_INET:
		return "inet";
	case IDENTITY_NAME:
		return "name";
	case IDENTITY_EMAIL: /* which may be anything in a certificate */
		return memchr(identity->value.at, '@', identity->value.length) ? "email" : NULL;
	default:
		return NULL;
	}
}

/* `local-id name gw.example.com', 'local-id inet 192.0.2.1', each in quotes, into BUFFER. */
static size_t write_offers(char *buffer, size_t size, const struct certificate *certificate)
{
	size_t used = 0, offers = 0;

	for (size_t i = 0; i < certificate->name_count && offers < OFFERS; i++) {
		const struct identity *name = &certificate->names[i];
		const char *word = offer_word(name);

		if (!word || !is_typable(name->value))
			continue;
		used += (size_t)snprintf(buffer + used, size - used, "%s'local-id %s %.*s'",
					 offers ? ", " : "", word, (int)name->value.length,
					 name->value.at);
		offers++;
	}
	return offers;
}

static void help_with_offers(struct check *check, struct finding *finding,
			     const struct certificate *certificate)
{
	char offers[OFFERS * (FINDING_QUOTE_MAX + sizeof(", 'local-id email '"))];
	size_t count = write_offers(offers, sizeof(offers), certificate);

	if (count && *certificate->subject)
		finding_help(check->findings, finding,
			     "write %s, or 'no local-id' for its subject, %s", offers,
			     certificate->subject);
	else if (count)
		finding_help(check->findings, finding, "write %s", offers);
	else if (*certificate->subject)
		finding_help(check->findings, finding,
			     "write 'no local-id' for its subject, %s, or import one that has this "
			     "subjectAltName",
			     certificate->subject);
	else
		finding_help(check->findings, finding,
			     "import a certificate that has this subjectAltName");
}

void rule_WI418(struct check *check, const struct tunnel *tunnel)
{
	const struct certificate *certificate = readable_certificate(check, tunnel);
	struct span at = setting_value(tunnel, SETTING_LOCAL_ID);
	struct finding *finding;

	if (!certificate || !tunnel_given(tunnel, SETTING_LOCAL_ID) ||
	    identity_accepts_any(&tunnel->local_id) ||
	    certificate_has(certificate, check->findings->arena, &tunnel->local_id))
		return;
	finding =
	    check_report(check, tunnel, at, "%s is neither the subject nor a subjectAltName of %s",
			 finding_quote(check->findings, at), certificate->file);
	help_with_offers(check, finding, certificate);
}

/* ---- WI419, WI421: what can be used at all ---- */

void rule_WI419(struct check *check, const struct tunnel *tunnel)
{
	const struct certificate *certificate = own_certificate(check, tunnel);
	const struct fault *fault;
	struct finding *finding;

	if (!certificate)
		return;
	fault = certificate->fault.what ? &certificate->fault : &certificate->key_fault;
	if (!fault->what)
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_CERTIFICATE), "%s",
			       fault->what);
	finding_help(check->findings, finding, "%s",
		     fault->help ? fault->help
				 : "import the certificate and its private key under this label");
}

void rule_WI421(struct check *check, const struct tunnel *tunnel)
{
	const struct certificate *ca = own_ca(check, tunnel);
	char room[4 * FINDING_QUOTE_MAX];
	struct fault fault;
	struct finding *finding;

	if (!ca)
		return;
	fault = certificate_ca_fault(ca, room, sizeof(room));
	if (!fault.what)
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_CA), "%s", fault.what);
	finding_help(check->findings, finding, "%s",
		     fault.help ? fault.help
				: "import the CA of the peer's certificate under this label");
}

/* ---- WI420: when ---- */

static const char *date_text(char buffer[16], int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm tm;

	if (!gmtime_r(&time, &tm) || !strftime(buffer, 16, "%Y-%m-%d", &tm))
		return "another day";
	return buffer;
}

static void report_end(struct check *check, const struct tunnel *tunnel, const struct link *link)
{
	int64_t left = link->certificate->not_after - pki_now(check->surroundings->pki);
	struct span at = setting_value(tunnel, link->setting);
	long long days = (long long)(left / DAY);
	struct finding *finding;
	char date[16];

	date_text(date, link->certificate->not_after);
	if (left < 0)
		finding = check_report(check, tunnel, at, "%s expired on %s",
				       link->certificate->file, date);
	else
		finding = check_report_as(check, tunnel, SEVERITY_WARNING, at,
					  "%s expires on %s, in %s%lld day%s",
					  link->certificate->file, date, days ? "" : "less than ",
					  days ? days : 1, days > 1 ? "s" : "");
	finding_help(check->findings, finding, "replace it with a new one");
}

static void check_dates(struct check *check, const struct tunnel *tunnel, const struct link *link)
{
	const struct certificate *certificate = link->certificate;
	int64_t now = pki_now(check->surroundings->pki);
	struct finding *finding;
	char date[16];

	if (now >= certificate->not_before) {
		if (certificate->not_after - now <= 30 * DAY)
			report_end(check, tunnel, link);
		return;
	}
	finding = check_report(check, tunnel, setting_value(tunnel, link->setting),
			       "%s is not valid before %s", certificate->file,
			       date_text(date, certificate->not_before));
	finding_help(check->findings, finding,
		     "replace it with one that is valid, and have the device set its clock by NTP");
}

void rule_WI420(struct check *check, const struct tunnel *tunnel)
{
	struct links links = find_links(check, tunnel);

	for (size_t i = 0; i < links.count; i++)
		check_dates(check, tunnel, &links.at[i]);
}

/* ---- WI422: revocation ---- */

/*
 * The peer's certificate is not here, but what is above it from the CA on is, and of the CA's kind
 * is the own one if that is below it.  A root is not looked up in any CRL.
 */
void rule_WI422(struct check *check, const struct tunnel *tunnel)
{
	struct links links;

	if (tunnel->revocation != REVOCATION_STRICT)
		return;
	links = find_links(check, tunnel);
	for (size_t i = 0; i < links.count; i++) {
		const struct certificate *certificate = links.at[i].certificate;
		struct finding *finding;

		if (certificate->is_self_signed || certificate->has_revocation ||
		    (links.at[i].setting == SETTING_CERTIFICATE && !links.is_shared))
			continue;
		finding = check_report(check, tunnel, setting_value(tunnel, SETTING_REVOCATION),
				       "strict refuses a certificate without CRL distribution "
				       "point, and %s%s has none",
				       certificate->file,
				       links.at[i].setting == SETTING_CA ? "" : " of the same ca");
		finding_help(check->findings, finding,
			     "have certificates issued with one, or write 'revocation relaxed'");
		return;
	}
}

/* ---- WI425: how strong ---- */

static void check_strength(struct check *check, const struct tunnel *tunnel,
			   const struct link *link)
{
	const struct certificate *certificate = link->certificate;
	struct span at = setting_value(tunnel, link->setting);
	struct finding *finding;

	if (certificate->key == CERTIFICATE_RSA && certificate->key_bits < 3072) {
		bool broken = certificate->key_bits < 2048;

		finding =
		    check_report_as(check, tunnel, broken ? SEVERITY_ERROR : SEVERITY_WARNING, at,
				    "%s has an RSA key of %d bits%s", certificate->file,
				    certificate->key_bits, broken ? ", which can be broken" : "");
		finding_help(check->findings, finding,
			     "use one with an ECDSA key, or RSA of 3072 bits");
	}
	if (certificate->weak_digest && !certificate->is_self_signed) {
		finding = check_report(check, tunnel, at, "%s is signed with %s", certificate->file,
				       certificate->weak_digest);
		finding_help(check->findings, finding, "have it issued again, with SHA-256");
	}
}

void rule_WI425(struct check *check, const struct tunnel *tunnel)
{
	struct links links = find_links(check, tunnel);

	for (size_t i = 0; i < links.count; i++)
		check_strength(check, tunnel, &links.at[i]);
}

/* ---- WI428 ---- */

void rule_WI428(struct check *check, const struct tunnel *tunnel)
{
	const struct certificate *certificate = readable_certificate(check, tunnel);
	struct finding *finding;

	if (!certificate || tunnel->version != 1 ||
	    (certificate->key != CERTIFICATE_ED25519 && certificate->key != CERTIFICATE_ED448))
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_CERTIFICATE),
			       "%s has an %s key, and charon cannot use one with version 1",
			       certificate->file,
			       certificate->key == CERTIFICATE_ED25519 ? "Ed25519" : "Ed448");
	finding_help(check->findings, finding,
		     "%suse a certificate with an ECDSA or RSA key",
		     peer_is_weos4(check, tunnel) ? "" : "write 'version 2', or ");
}

/* ---- WI423: for how long ---- */

/* Half of the seconds between two CRLs as reauth-time takes it: 60 s to 30 d, in a whole unit. */
static void half_time(char buffer[16], int64_t refresh)
{
	static const struct {
		int64_t seconds;
		char letter;
	} units[] = {{DAY, 'd'}, {3600, 'h'}, {60, 'm'}};
	int64_t half = refresh / 2;
	size_t i = 0;

	half = half < 60 ? 60 : half > 30 * DAY ? 30 * DAY : half;
	/* a bit less than half is as good, if it can be read; days are too coarse for that */
	while (i < 2 && (i ? half < 2 * units[i].seconds : half % units[i].seconds != 0))
		i++;
	snprintf(buffer, 16, "%lld%c", (long long)(half / units[i].seconds), units[i].letter);
}

/* Version 1 has no rekeying of IKE: it authenticates again every 4 hours anyway. */
void rule_WI423(struct check *check, const struct tunnel *tunnel)
{
	const struct certificate *ca = usable_ca(check, tunnel);
	int64_t refresh = 0;
	struct finding *finding;
	char half[16];

	if (tunnel->method != METHOD_CERT || tunnel->version != 2 || tunnel->reauth_time)
		return;
	finding = check_report(check, tunnel, tunnel->header,
			       "without reauth-time a certificate that is revoked later stays in "
			       "use until the tunnel goes down");
	if (ca)
		refresh = pki_crl_refresh(check->surroundings->pki, ca);
	if (!refresh) {
		finding_help(check->findings, finding,
			     "write 'reauth-time 12h', or half of the time between two CRLs");
		return;
	}
	half_time(half, refresh);
	finding_help(check->findings, finding,
		     "write 'reauth-time %s', half of the time between two CRLs of this ca", half);
}

/* SPDX-License-Identifier: ISC */
#include "compiler/pki/certificate.h"

#include "compiler/base/printable.h"
#include "compiler/model/dn.h"
#include "compiler/model/identity_parts.h"
#include "compiler/model/words.h"
#include "compiler/pki/pem.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* A subject in a message has at most so many bytes. */
#define SUBJECT_MAX 160

/* ---- bytes to X509 ---- */

static void certificate_refuse(struct certificate *certificate, struct arena *arena,
			       const char *why, const char *help)
{
	certificate->fault.what = arena_printf(arena, "%s %s", certificate->file, why);
	certificate->fault.help = help;
}

#define DAMAGED_HELP "replace the file: 'openssl x509 -in FILE -noout' must be able to read it"
#define NO_CERTIFICATE_HELP "put the certificate there, as PEM, first in the file"

static bool is_certificate(const struct pem *pem)
{
	static const char *const names[] = {"CERTIFICATE", "X509 CERTIFICATE",
					    "TRUSTED CERTIFICATE"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(pem->name, names[i]) == 0)
			return true;
	}
	return false;
}

/* How many certificates stand in BYTES. */
static size_t count_certificates(struct slice bytes)
{
	size_t count = 0;
	struct pem pem;

	while (pem_next(&bytes, &pem) == PEM_FOUND) {
		count += is_certificate(&pem);
		pem_free(&pem);
	}
	return count;
}

static X509 *read_pem(struct certificate *certificate, struct arena *arena, const struct pem *pem)
{
	const unsigned char *at = pem->data;
	X509 *x509;

	if (!is_certificate(pem)) {
		certificate_refuse(certificate, arena, "does not begin with a certificate",
				   NO_CERTIFICATE_HELP);
		return NULL;
	}
	x509 = d2i_X509(NULL, &at, pem->size);
	if (!x509)
		certificate_refuse(certificate, arena, "is damaged", DAMAGED_HELP);
	return x509;
}

/* charon takes one newline behind DER. */
static X509 *read_der(struct certificate *certificate, struct arena *arena, struct slice bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.at;
	const unsigned char *end = at + bytes.length;
	X509 *x509 = d2i_X509(NULL, &at, (long)bytes.length);

	if (x509 && (at == end || (at + 1 == end && *at == '\n')))
		return x509;
	X509_free(x509);
	certificate_refuse(certificate, arena, "holds no certificate", NO_CERTIFICATE_HELP);
	return NULL;
}

static X509 *read_x509(struct certificate *certificate, struct arena *arena, struct slice bytes)
{
	struct slice rest = bytes;
	struct pem pem;
	X509 *x509;

	switch (pem_next(&rest, &pem)) {
	case PEM_FOUND:
		x509 = read_pem(certificate, arena, &pem);
		pem_free(&pem);
		certificate->count = 1 + count_certificates(rest);
		return x509;
	case PEM_NONE:
		certificate->count = 1;
		return read_der(certificate, arena, bytes);
	case PEM_DAMAGED:
		break;
	}
	certificate_refuse(certificate, arena, "is damaged", DAMAGED_HELP);
	return NULL;
}

/* ---- what counts of it ---- */

static bool read_time(const ASN1_TIME *time, int64_t *seconds)
{
	struct tm tm;

	if (!time || !ASN1_TIME_to_tm(time, &tm))
		return false;
	static_assert(sizeof(time_t) >= sizeof(*seconds), "certificates outlive 2038");
	*seconds = timegm(&tm);
	return true;
}

static void certificate_read_key(struct certificate *certificate, EVP_PKEY *key)
{
	certificate->key_bits = EVP_PKEY_get_bits(key);
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
	case EVP_PKEY_RSA_PSS:
		certificate->key = CERTIFICATE_RSA;
		break;
	case EVP_PKEY_EC:
		certificate->key = CERTIFICATE_ECDSA;
		break;
	case EVP_PKEY_ED25519:
		certificate->key = CERTIFICATE_ED25519;
		break;
	case EVP_PKEY_ED448:
		certificate->key = CERTIFICATE_ED448;
		break;
	default:
		certificate->key = CERTIFICATE_OTHER;
	}
}

static const char *weak_digest(X509 *x509)
{
	static const struct {
		int digest;
		const char *name;
	} weak[] = {{NID_sha1, "SHA-1"}, {NID_md5, "MD5"}, {NID_md4, "MD4"}, {NID_md2, "MD2"}};
	int digest;

	if (!X509_get_signature_info(x509, &digest, NULL, NULL, NULL))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(weak); i++) {
		if (weak[i].digest == digest)
			return weak[i].name;
	}
	return NULL;
}

static bool has_uri(const DIST_POINT *point)
{
	const GENERAL_NAMES *names;

	if (!point->distpoint || point->distpoint->type != 0)
		return false;
	names = point->distpoint->name.fullname;
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		if (sk_GENERAL_NAME_value(names, i)->type == GEN_URI)
			return true;
	}
	return false;
}

static bool has_revocation(X509 *x509)
{
	STACK_OF(OPENSSL_STRING) *responders = X509_get1_ocsp(x509);
	CRL_DIST_POINTS *points = X509_get_ext_d2i(x509, NID_crl_distribution_points, NULL, NULL);
	bool has = sk_OPENSSL_STRING_num(responders) > 0;

	for (int i = 0; i < sk_DIST_POINT_num(points) && !has; i++)
		has = has_uri(sk_DIST_POINT_value(points, i));
	CRL_DIST_POINTS_free(points);
	X509_email_free(responders);
	return has;
}

/* ---- whom it names ---- */

static struct slice string_copy(struct arena *arena, const ASN1_STRING *string)
{
	size_t length = string ? (size_t)ASN1_STRING_length(string) : 0;
	const char *bytes = string ? (const char *)ASN1_STRING_get0_data(string) : "";

	return (struct slice){arena_copy(arena, length ? bytes : "", length), length};
}

static void names_add_text(struct certificate *certificate, struct arena *arena,
			   enum identity_type type, struct slice value)
{
	/* charon finds no name with a NUL in it equal to another */
	if (!value.at || !value.length ||
	    (type != IDENTITY_KEY && memchr(value.at, '\0', value.length)))
		return;
	if (identity_from_text(arena, type, value, &certificate->names[certificate->name_count]))
		certificate->name_count++;
}

static void names_add_ip(struct certificate *certificate, struct arena *arena,
			 const ASN1_STRING *string)
{
	struct identity *name = &certificate->names[certificate->name_count];
	const char *bytes = (const char *)ASN1_STRING_get0_data(string);

	if (ASN1_STRING_length(string) != 4)
		return;
	if (identity_from_ip(arena, address_from_bytes(bytes), name))
		certificate->name_count++;
}

static void names_add_dn(struct certificate *certificate, struct arena *arena,
			 const X509_NAME *name)
{
	const unsigned char *der;
	size_t size;
	struct dn dn;

	if (X509_NAME_get0_der(name, &der, &size) &&
	    dn_from_der(arena, (struct slice){(const char *)der, size}, DN_KEY_TYPED, &dn))
		certificate->dns[certificate->dn_count++] = dn.key;
}

static void names_add(struct certificate *certificate, struct arena *arena,
		      const GENERAL_NAME *name)
{
	switch (name->type) {
	case GEN_DNS:
		names_add_text(certificate, arena, IDENTITY_NAME,
			       string_copy(arena, name->d.dNSName));
		break;
	case GEN_EMAIL:
		names_add_text(certificate, arena, IDENTITY_EMAIL,
			       string_copy(arena, name->d.rfc822Name));
		break;
	case GEN_IPADD:
		names_add_ip(certificate, arena, name->d.iPAddress);
		break;
	case GEN_DIRNAME:
		names_add_dn(certificate, arena, name->d.directoryName);
		break;
	default:
		break;
	}
}

/* The hashes that charon finds a certificate by: of itself, of its key, and of that with its type.
 */
#define KEY_IDS 5

static void add_hash(struct certificate *certificate, struct arena *arena,
		     const unsigned char *hash)
{
	names_add_text(certificate, arena, IDENTITY_KEY,
		       (struct slice){arena_copy(arena, (const char *)hash, SHA_DIGEST_LENGTH),
				      SHA_DIGEST_LENGTH});
}

static void add_key_ids(struct certificate *certificate, struct arena *arena)
{
	X509 *x509 = certificate->x509;
	unsigned char hash[EVP_MAX_MD_SIZE], *info = NULL;
	int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &info);

	names_add_text(certificate, arena, IDENTITY_KEY,
		       string_copy(arena, X509_get0_subject_key_id(x509)));
	names_add_text(certificate, arena, IDENTITY_KEY,
		       string_copy(arena, X509_get0_serialNumber(x509)));
	if (X509_digest(x509, EVP_sha1(), hash, NULL))
		add_hash(certificate, arena, hash);
	if (X509_pubkey_digest(x509, EVP_sha1(), hash, NULL))
		add_hash(certificate, arena, hash);
	if (size > 0 && EVP_Digest(info, (size_t)size, hash, NULL, EVP_sha1(), NULL))
		add_hash(certificate, arena, hash);
	OPENSSL_free(info);
}

static void certificate_read_names(struct certificate *certificate, struct arena *arena)
{
	X509 *x509 = certificate->x509;
	GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	int count = names ? sk_GENERAL_NAME_num(names) : 0;
	size_t room = (size_t)count;

	certificate->names = arena_alloc(arena, (room + KEY_IDS) * sizeof(*certificate->names));
	certificate->dns = arena_alloc(arena, (room + 1) * sizeof(*certificate->dns));
	if (certificate->names && certificate->dns) {
		names_add_dn(certificate, arena, X509_get_subject_name(x509));
		for (int i = 0; i < count; i++)
			names_add(certificate, arena, sk_GENERAL_NAME_value(names, i));
		add_key_ids(certificate, arena);
	}
	GENERAL_NAMES_free(names);
}

/* As charon prints it, escaped where a terminal or a reader would be fooled. */
static const char *subject_text(struct arena *arena, X509 *x509)
{
	const unsigned long form = ASN1_STRFLGS_RFC2253 | XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN |
				   XN_FLAG_DUMP_UNKNOWN_FIELDS;
	char buffer[SUBJECT_MAX];
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes = NULL;
	long size;

	if (!bio)
		return "";
	X509_NAME_print_ex(bio, X509_get_subject_name(x509), 0, form);
	size = BIO_get_mem_data(bio, &bytes);
	printable_copy(buffer, sizeof(buffer), (struct slice){bytes, size > 0 ? (size_t)size : 0});
	BIO_free(bio);
	return arena_copy(arena, buffer, strlen(buffer));
}

static void certificate_read_facts(struct certificate *certificate, struct arena *arena)
{
	X509 *x509 = certificate->x509;
	EVP_PKEY *key = X509_get0_pubkey(x509);
	uint32_t flags = X509_get_extension_flags(x509);

	if (!key || !read_time(X509_get0_notBefore(x509), &certificate->not_before) ||
	    !read_time(X509_get0_notAfter(x509), &certificate->not_after)) {
		certificate_refuse(certificate, arena,
				   key ? "has dates that cannot be read"
				       : "has a public key that cannot be read",
				   DAMAGED_HELP);
		return;
	}
	certificate_read_key(certificate, key);
	certificate->is_ca = (flags & EXFLAG_BCONS) && (flags & EXFLAG_CA);
	certificate->is_self_signed = certificate_is_by(certificate, certificate);
	certificate->has_revocation = has_revocation(x509);
	certificate->weak_digest = weak_digest(x509);
	certificate->subject = subject_text(arena, x509);
	certificate_read_names(certificate, arena);
}

bool certificate_read(struct certificate *certificate, struct arena *arena, struct slice bytes)
{
	certificate->x509 = read_x509(certificate, arena, bytes);
	if (certificate->x509)
		certificate_read_facts(certificate, arena);
	ERR_clear_error();
	return !arena_failed(arena);
}

void certificate_free(struct certificate *certificate)
{
	X509_free(certificate->x509);
	certificate->x509 = NULL;
	X509_CRL_free(certificate->crl);
	certificate->crl = NULL;
}

/* ---- questions ---- */

struct fault certificate_ca_fault(const struct certificate *certificate, char *room, size_t size)
{
	if (certificate->fault.what)
		return certificate->fault;
	if (certificate->count > 1) {
		snprintf(room, size, "%s is a bundle of %zu certificates, and ca takes one",
			 certificate->file, certificate->count);
		return (struct fault){room, "give each a file of its own, and name the one that "
					    "the peer's certificate leads to"};
	}
	if (!certificate->is_ca) {
		snprintf(room, size, "%s is not the certificate of a CA", certificate->file);
		return (struct fault){room, "name the CA that issued the peer's certificate, not a "
					    "certificate that it issued"};
	}
	return (struct fault){NULL, NULL};
}

bool certificate_equal(const struct certificate *a, const struct certificate *b)
{
	return a == b || (a->x509 && b->x509 && X509_cmp(a->x509, b->x509) == 0);
}

bool certificate_is_by(const struct certificate *certificate, const struct certificate *issuer)
{
	bool is_by = X509_NAME_cmp(X509_get_issuer_name(certificate->x509),
				   X509_get_subject_name(issuer->x509)) == 0 &&
		     X509_verify(certificate->x509, X509_get0_pubkey(issuer->x509)) == 1;

	ERR_clear_error();
	return is_by;
}

static bool has_dn(const struct certificate *certificate, struct arena *arena,
		   const struct identity *identity)
{
	struct dn dn;

	if (!(identity->value_is_der ? dn_from_der(arena, identity->value, DN_KEY_TYPED, &dn)
				     : dn_from_text(arena, identity->value, DN_KEY_TYPED, &dn)))
		return false;
	for (size_t i = 0; i < certificate->dn_count; i++) {
		if (dn_matches(certificate->dns[i], dn.key))
			return true;
	}
	return false;
}

bool certificate_has(const struct certificate *certificate, struct arena *arena,
		     const struct identity *identity)
{
	if (identity->type == IDENTITY_DN)
		return has_dn(certificate, arena, identity);
	for (size_t i = 0; i < certificate->name_count; i++) {
		if (slice_compare(certificate->names[i].key, identity->key) == 0)
			return true;
	}
	return false;
}

X509_CRL *certificate_crl_read(struct slice bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.at;
	long size = (long)bytes.length;
	struct slice rest = bytes;
	struct pem pem = {.size = 0};
	X509_CRL *crl;

	if (pem_next(&rest, &pem) == PEM_FOUND) {
		at = pem.data;
		size = pem.size;
	}
	crl = d2i_X509_CRL(NULL, &at, size);
	pem_free(&pem);
	return crl;
}

enum certificate_listing certificate_listing(const struct certificate *certificate,
					     const struct certificate *issuer, int64_t now)
{
	X509_REVOKED *entry;

	/* charon finds one that lies here by the key of its issuer */
	if (!issuer->crl ||
	    X509_CRL_get_ext_by_NID(issuer->crl, NID_authority_key_identifier, -1) < 0)
		return CERTIFICATE_NO_LIST;
	/* 2: it is listed no more */
	if (X509_CRL_get0_by_cert(issuer->crl, &entry, certificate->x509) == 1)
		return CERTIFICATE_LISTED;
	return now > issuer->crl_from + issuer->crl_refresh ? CERTIFICATE_OLD_LIST
							    : CERTIFICATE_NOT_LISTED;
}

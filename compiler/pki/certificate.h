/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CERTIFICATE_H
#define WEIPSEC_CERTIFICATE_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct x509_st;
struct X509_crl_st;

/* Why a file is of no use, and what to do; `what' is NULL if it is good. */
struct fault {
	const char *what;
	const char *help;
};

enum certificate_key {
	CERTIFICATE_RSA,
	CERTIFICATE_ECDSA,
	CERTIFICATE_ED25519,
	CERTIFICATE_ED448,
	CERTIFICATE_OTHER /* charon cannot sign with it */
};

/*
 * What counts of the first certificate of a file: charon loads no more of one.  With a fault the
 * rest is not set.
 */
struct certificate {
	const char *file; /* below the PKI folder, printable: x509/LABEL.pem */
	struct fault fault;
	struct fault key_fault; /* of the private key of the same label; only for x509/ */
	struct x509_st *x509;
	size_t count; /* of certificates in the file */
	bool is_ca;
	bool is_self_signed;
	bool has_revocation; /* it says where a CRL lies, or who answers OCSP */
	enum certificate_key key;
	int key_bits;
	const char *weak_digest; /* MD5, SHA-1: what its signature rests on; NULL: a good one */
	int64_t not_before;	 /* seconds since 1970 */
	int64_t not_after;
	const char *subject; /* printable: C=SE, CN=alice; empty if it has none */
	struct slice *dns;   /* the subject, and those of the subjectAltNames: DN_KEY_TYPED */
	size_t dn_count;
	struct identity *names; /* the other subjectAltNames, and behind them the key IDs it has */
	size_t name_count;
	/* what pki.c finds out of it */
	struct certificate *next;
	struct certificate *issuer;
	bool issuer_is_known;
	int64_t crl_refresh;	 /* seconds; 0: no CRL */
	int64_t crl_from;	 /* when that CRL was made */
	struct X509_crl_st *crl; /* it itself, or NULL */
};

/*
 * Reads the first certificate in BYTES, PEM or DER, into CERTIFICATE, whose file is set; the rest
 * comes from ARENA.  What is wrong with it becomes its fault.  False without memory.
 */
bool certificate_read(struct certificate *certificate, struct arena *arena, struct slice bytes);
void certificate_free(struct certificate *certificate);
/* What is wrong with it as a tunnel's `ca'. ROOM is for the words. */
struct fault certificate_ca_fault(const struct certificate *certificate, char *room, size_t size);

/* The CRL in BYTES, PEM or DER, which the caller frees, or NULL. */
struct X509_crl_st *certificate_crl_read(struct slice bytes);
/*
 * What the CRL of an issuer says of a certificate.  An old one, after which another one was due, is
 * believed in what it lists only.
 */
enum certificate_listing {
	CERTIFICATE_NO_LIST,
	CERTIFICATE_OLD_LIST,
	CERTIFICATE_NOT_LISTED,
	CERTIFICATE_LISTED
};

/* What that of ISSUER says of CERTIFICATE at NOW, seconds since 1970. */
enum certificate_listing certificate_listing(const struct certificate *certificate,
					     const struct certificate *issuer, int64_t now);

/* One and the same, whatever file each is from. */
bool certificate_equal(const struct certificate *a, const struct certificate *b);
/* Its signature is of ISSUER, by name and key. */
bool certificate_is_by(const struct certificate *certificate, const struct certificate *issuer);
/*
 * charon takes its holder for IDENTITY: the subject, a subjectAltName, or one of the key IDs.  A
 * wildcard is none of them unless it stands there as it is.  Scratch memory is from ARENA.
 */
bool certificate_has(const struct certificate *certificate, struct arena *arena,
		     const struct identity *identity);

#endif

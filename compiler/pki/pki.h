/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PKI_H
#define WEIPSEC_PKI_H

#include "compiler/base/text.h"
#include "compiler/pki/certificate.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The certificates of a device, in a folder: x509/LABEL.pem, private/LABEL.pem, x509ca/LABEL.pem
 * and, if there are any, CRLs in x509crl/.  Each file is read when it is first asked for, and once.
 * Several threads may use one: of a certificate only what is asked for here ever changes.
 */
struct pki;
struct certificate;

/* charon gets a file as one VICI value, whose length has 16 bits. */
#define PKI_FILE_MAX 65535
/* CRLs come by HTTP, and can be long. */
#define PKI_CRL_MAX ((size_t)16 << 20)
/* Issuers above a certificate: charon follows no more (MAX_TRUST_PATH_LEN). */
#define PKI_CHAIN_MAX 7

/* The folder DIR as it is at NOW, seconds since 1970.  NULL with errno. */
struct pki *pki_open(const char *dir, int64_t now);
/*
 * The same of one that is named by others: every file in it that is used lies, behind its links, in
 * the folder ROOT (below.h) or below it, else it is as good as one that cannot be read.
 */
struct pki *pki_open_below(const char *root, const char *dir, int64_t now);
void pki_free(struct pki *pki);

/* A file of a PKI as it may leave the machine: a certificate or a CRL, in DER. */
struct pki_kept {
	struct pki_kept *next;
	const char *path; /* x509/LABEL.pem and the like */
	struct slice der;
};

#define PKI_STORE_BUCKETS 256

/* Bytes of such files, each once however many have them, of ARENA.  Zeroed but for that it is
 * empty. */
struct pki_store {
	struct arena *arena;
	struct pki_stored *buckets[PKI_STORE_BUCKETS];
};

/*
 * What of PKI others need to judge tunnels with the COUNT LABELS: their own certificates, all CAs
 * and their CRLs, and no key, of the arena of STORE, which tells if memory was short.
 */
struct pki_kept *pki_keep(struct pki *pki, const struct slice *labels, size_t count,
			  struct pki_store *store);
/* A PKI of no more than KEPT, which outlives it. */
struct pki *pki_open_kept(const struct pki_kept *kept, int64_t now);
/* 1 if memory was short, and answers are missing. */
bool pki_failed(struct pki *pki);
int64_t pki_now(const struct pki *pki);

/*
 * The certificate of LABEL with its private key, or the CA of LABEL, the PKI's; NULL without
 * memory.
 */
struct certificate *pki_certificate(struct pki *pki, struct slice label);
struct certificate *pki_ca(struct pki *pki, struct slice label);
/*
 * The CA in x509ca/ that issued CERTIFICATE, by name and signature, one that is valid now if there
 * are several; NULL if there is none, or it is self-signed.
 */
struct certificate *pki_issuer(struct pki *pki, struct certificate *certificate);
/* The same of a certificate that another PKI may have read; nothing of it changes. */
struct certificate *pki_issuer_of_any(struct pki *pki, const struct certificate *certificate);
/*
 * 0, or the errno of what could not be read of the folders x509ca/ and x509crl/ or of a CRL, with
 * its path: no finding says so, and some may be missing.  A file of a label is a finding itself.
 */
int pki_error(const struct pki *pki, const char **where);
/* Hands TO the labels that have a file in x509/, or if IS_CA in x509ca/, in byte order. */
void pki_labels(const struct pki *pki, bool is_ca, void (*take)(void *to, const char *label),
		void *to);
/*
 * The file of LABEL in x509/, or if IS_CA in x509ca/, behind its links, from malloc(); NULL if it
 * is not there, or not where it may be.
 */
char *pki_where(const struct pki *pki, bool is_ca, struct slice label);
/* The seconds from the latest CRL of CA in x509crl/ to the one after it; 0 if that is not known. */
int64_t pki_crl_refresh(struct pki *pki, const struct certificate *ca);

/* What the latest CRL in x509crl/ says of CERTIFICATE, which ISSUER, a CA of x509ca/, has signed.
 */
enum certificate_listing pki_revocation(struct pki *pki, const struct certificate *certificate,
					const struct certificate *issuer);

#endif

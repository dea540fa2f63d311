/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CREDENTIALS_H
#define WEIPSEC_CREDENTIALS_H

#include "compiler/model/model.h"
#include "runtime/vici/message.h"

/*
 * The certificates and keys that tunnels need, as they lie in a folder: x509/LABEL.pem with
 * private/LABEL.pem, and x509ca/.  The folder is that of --pki, or of a generation, which keeps
 * what it was made of.
 */

#define CREDENTIAL_DIGEST 32 /* bytes of SHA-256 */
#define CREDENTIAL_ID 41     /* charon's name of a key: SHA-1 of the public one in hex, and a NUL */

enum credential_kind { CREDENTIAL_CERTIFICATE, CREDENTIAL_CA, CREDENTIAL_KEY };

struct credential {
	struct credential *next;
	enum credential_kind kind;
	char *name;  /* of its file */
	char *bytes; /* of its file, PEM or DER: charon takes both as they are */
	size_t size;
	const struct credential *key;		 /* of a certificate: its private key */
	unsigned char digest[CREDENTIAL_DIGEST]; /* of a certificate or CA: of its DER */
	char id[CREDENTIAL_ID];			 /* of a key */
	int64_t not_before, not_after;		 /* of a certificate or CA: seconds since 1970 */
};

struct credentials {
	struct credential *first;
	bool kept; /* a generation's: its keys were tried when it was made, which takes long */
	/* why there is none, one line; ENOMEM, EBADMSG of what can be read and is of no use, or the
	 * errno of a file that cannot be read */
	char why[256];
	int error;
};

/*
 * The certificate with its key (CREDENTIAL_CERTIFICATE) or the CA in the file NAME of the folder
 * PKI, which may be NULL; read once.  NULL with CREDENTIALS->why.
 */
const struct credential *credentials_get(struct credentials *credentials, const char *pki,
					 enum credential_kind kind, struct slice name);
/*
 * Every other CA of PKI: charon needs those between a certificate and its root to tell the peer of
 * them.  What is none, or cannot be read, is left out.
 */
void credentials_add_authorities(struct credentials *credentials, const char *pki);
/* Wipes and frees them. */
void credentials_free(struct credentials *credentials);

/* True if A and B are of the same files. */
bool credentials_equal(const struct credentials *a, const struct credentials *b);
/* True if one of them is the private key that charon calls ID. */
bool credentials_have_key(const struct credentials *credentials, const char *id);

/* True if CREDENTIAL, a certificate, has IDENTITY: the peer takes us for it. */
bool credential_has(const struct credential *credential, const struct identity *identity);

/* What load-cert or load-key wants of CREDENTIAL; MESSAGE is initialised. */
void credential_message(const struct credential *credential, struct vici_message *message);

/*
 * Writes them to the new folder `pki' of the folder that is open as FD, closed to others, and on
 * the disk.  0 or errno.
 */
int credentials_keep(const struct credentials *credentials, int fd);
/* True if NAME is a folder that it makes in `pki'. */
bool credentials_keep_in(const char *name);

#endif

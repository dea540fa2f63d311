/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PEM_H
#define WEIPSEC_PEM_H

#include "compiler/base/text.h"

#include <stdbool.h>

/* One block of a PEM file, decoded. */
struct pem {
	char *name;   /* CERTIFICATE, PRIVATE KEY, ... */
	char *header; /* what an encrypted block of the old kind has before its base64 */
	unsigned char *data;
	long size;
};

enum pem_state {
	PEM_FOUND,
	PEM_NONE,   /* there is no further block */
	PEM_DAMAGED /* one begins, and cannot be read */
};

/*
 * Decodes the first block in *BYTES, which are those behind it then.  Only of PEM_FOUND there is
 * something for pem_free().
 */
enum pem_state pem_next(struct slice *bytes, struct pem *pem);
/* Wipes and frees: it may be a private key. */
void pem_free(struct pem *pem);

#endif

/* SPDX-License-Identifier: ISC */
#include "compiler/pki/pem.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

enum pem_state pem_next(struct slice *bytes, struct pem *pem)
{
	BIO *bio = NULL;
	unsigned long error;
	int found;

	*pem = (struct pem){.size = 0};
	if (bytes->length <= INT_MAX)
		bio = BIO_new_mem_buf(bytes->at, (int)bytes->length);
	if (!bio)
		return PEM_DAMAGED;
	found = PEM_read_bio_ex(bio, &pem->name, &pem->header, &pem->data, &pem->size,
				PEM_FLAG_SECURE);
	error = ERR_peek_last_error();
	ERR_clear_error();
	if (found) {
		size_t left = BIO_ctrl_pending(bio);

		*bytes = (struct slice){bytes->at + bytes->length - left, left};
	}
	BIO_free(bio);
	if (found)
		return PEM_FOUND;
	return ERR_GET_REASON(error) == PEM_R_NO_START_LINE ? PEM_NONE : PEM_DAMAGED;
}

void pem_free(struct pem *pem)
{
	OPENSSL_secure_free(pem->name);
	OPENSSL_secure_free(pem->header);
	OPENSSL_secure_clear_free(pem->data, (size_t)pem->size);
	*pem = (struct pem){.size = 0};
}

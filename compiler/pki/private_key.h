/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PRIVATE_KEY_H
#define WEIPSEC_PRIVATE_KEY_H

#include "compiler/pki/certificate.h"

#define PRIVATE_KEY_HELP "import the certificate again, with the private key that it was made for"

/*
 * Reads the private key in BYTES, PEM or DER, and tries whether what it signs is verified with
 * CERTIFICATE.  What is wrong with it, in the words of ARENA; PATH is the file that it is from.
 * Nothing of the key is kept.
 */
struct fault private_key_fault(struct arena *arena, const char *path, struct slice bytes,
			       const struct certificate *certificate);

#endif

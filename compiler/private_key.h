/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PRIVATE_KEY_H
#define WEIPSEC_PRIVATE_KEY_H

#include "compiler/certificate.h"

/* How a private key stands to a certificate. */
enum private_key_state {
	PRIVATE_KEY_GOOD,
	PRIVATE_KEY_ABSENT,    /* there is something else */
	PRIVATE_KEY_ENCRYPTED, /* it wants a passphrase */
	PRIVATE_KEY_DAMAGED,
	PRIVATE_KEY_FOREIGN /* of another certificate */
};

/*
 * Reads the private key in BYTES, PEM or DER, and tries whether what it signs is verified with
 * CERTIFICATE.  Nothing of the key is kept.
 */
enum private_key_state private_key_try(struct slice bytes, const struct certificate *certificate);

#endif

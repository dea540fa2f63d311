/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_KEYRING_H
#define WEIPSEC_KEYRING_H

#include "compiler/compare/exchange.h"

/*
 * True if END, in version 2, finds its secret for a peer: by the identity that is asked for of it,
 * ME, and that of the peer, OTHER, as far as they are known, or NULL.
 */
bool keyring_has(const struct end *end, const struct identity *me, const struct identity *other);

#endif

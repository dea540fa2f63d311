/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_KEYRING_H
#define WEIPSEC_KEYRING_H

#include "compiler/compare/exchange.h"

/*
 * The secrets of GATEWAY, as charon finds them by two identities: that of the gateway itself, ME,
 * and that of the peer, OTHER, as far as they are known, or NULL.
 */

/* The tunnel whose secret is used to prove who one is; NULL: there is none. */
const struct tunnel *keyring_pick(const struct gateway *gateway, const struct identity *me,
				  const struct identity *other);
/* True if SECRET, with which the peer has proven who it is, is one of those that are tried. */
bool keyring_tries(const struct gateway *gateway, const struct identity *me,
		   const struct identity *other, const struct secret *secret);

#endif

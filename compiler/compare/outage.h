/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OUTAGE_H
#define WEIPSEC_OUTAGE_H

#include "compiler/compare/gateway.h"

/* What a tunnel that is up comes to when its other end is gone, or lets go of it. */

/* charon gives up on a request that nobody answers, in seconds (strongswan.md, 2.4). */
#define OUTAGE_GIVES_UP 165

/* The seconds after which the end TUNNEL knows at the latest that nobody is there; 0: it does not
 * look, and shows it up until its next rekeying. */
unsigned outage_seconds(const struct tunnel *tunnel);

/*
 * The other tunnel of STARTER's gateway with its two identities that comes up at the gateway of
 * ANSWERER, too, or NULL.  Started together each says INITIAL_CONTACT, and who answers drops the
 * one that came first and tells nobody.
 */
const struct tunnel *outage_rival(const struct end *starter, const struct end *answerer);

#endif

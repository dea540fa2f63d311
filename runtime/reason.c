/* SPDX-License-Identifier: ISC */
#include "runtime/reason.h"

#include <string.h>

struct known {
	const char *words; /* of charon's line */
	const char *why;
};

/* The first that fits counts; what is told of one's own certificate comes before what that causes.
 */
static const struct known knowns[] = {
    {"certificate was revoked", "the peer's certificate is revoked"},
    {"is revoked", "the peer's certificate is revoked"},
    {"RULE_CRL_VALIDATION is", "no valid CRL for the peer's certificate: see revocation"},
    {"certificate status is unknown",
     "no CRL could be had for the peer's certificate: see revocation"},
    {"certificate status is not available",
     "no CRL could be had for the peer's certificate: see revocation"},
    {"no private key found for", "charon has no private key for the certificate: see certificate"},
    {"constraint requires", "the peer's certificate does not fit: see ca and remote-id"},
    {"no trusted", "the peer's certificate is not of the ca: see ca"},
    {"certificate expired", "a certificate is expired: see certificate and ca"},
    {"but MAC mismatched", "the secrets differ: compare secret at both ends"},
    {"no shared key found",
     "no secret fits the identities: compare local-id and remote-id at both ends"},
    {"received AUTHENTICATION_FAILED", "the peer refused us (AUTHENTICATION_FAILED): compare "
				       "secret or ca, and the identities, at both ends"},
    {"received NO_PROPOSAL_CHOSEN", "the peer takes none of our suites (NO_PROPOSAL_CHOSEN): "
				    "compare ike and esp, and the addresses, at both ends"},
    {"received proposals unacceptable",
     "none of the peer's suites fits: compare ike and esp at both ends"},
    {"traffic selectors",
     "the subnets do not fit: compare local-subnet and remote-subnet at both ends"},
    {"no acceptable", "none of the peer's suites fits: compare ike and esp at both ends"},
    {"received TS_UNACCEPTABLE", "the peer refused the subnets (TS_UNACCEPTABLE): compare "
				 "local-subnet and remote-subnet at both ends"},
    {"no matching peer config found",
     "no tunnel fits the peer's identity: compare local-id and remote-id at both ends"},
    {"no IKE config found", "a peer asked that no tunnel is for: see peer and local-address"},
    {"constraint check failed",
     "the peer is not who remote-id says: compare remote-id with its local-id"},
    {"giving up after", "the peer does not answer: see peer, and the firewall (UDP 500 and 4500)"},
    {"peer not responding",
     "the peer does not answer: see peer, and the firewall (UDP 500 and 4500)"},
    {"retransmit", "the peer does not answer: see peer, and the firewall (UDP 500 and 4500)"},
    {"DPD check timed out",
     "the peer does not answer: see peer, and the firewall (UDP 500 and 4500)"},
    {"error writing to socket: Network is unreachable", "there is no route to the peer"},
    {"error writing to socket", "the kernel sends nothing to the peer: see local-address"},
};

const char *reason_of(struct slice line)
{
	for (size_t i = 0; i < sizeof(knowns) / sizeof(knowns[0]); i++) {
		if (memmem(line.at, line.length, knowns[i].words, strlen(knowns[i].words)))
			return knowns[i].why;
	}
	return NULL;
}

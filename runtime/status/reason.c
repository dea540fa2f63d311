/* SPDX-License-Identifier: ISC */
#include "runtime/status/reason.h"

#include <string.h>

#define SILENCE                                                                                    \
	"the peer does not answer: see peer, the route to it, and the firewall (UDP 500 and 4500)"
#define OTHER_IKE "none of the peer's suites fits: compare ike at both ends"
#define OTHER_ESP "none of the peer's suites fits: compare esp at both ends"
#define OTHER_SUBNETS "the subnets do not fit: compare local-subnet and remote-subnet at both ends"
#define OTHER_IDENTITY "the peer is not who remote-id says: compare it with the peer's local-id"
#define NO_TUNNEL                                                                                  \
	"no tunnel fits the peer's identities: compare local-id and remote-id at both ends"

struct known {
	const char *words; /* of charon's line */
	struct reason reason;
};

/* Each was seen in a log; where the versions have words of their own, 2 comes first. */
static const struct known knowns[] = {
    {"certificate was revoked", {"a certificate is revoked: see certificate", false}},
    {"certificate invalid (valid from",
     {"a certificate has expired, or is not valid yet: see certificate, ca and the clock at both "
      "ends",
      false}},
    {"no issuer certificate found",
     {"the CA that signed the peer's certificate is not here: see ca", false}},
    {"RULE_CRL_VALIDATION is", {"no valid CRL for the peer's certificate: see revocation", false}},
    {"peer not authenticated by CA", {"the peer's certificate is not of the ca: see ca", false}},
    {"constraint check failed: identity", {OTHER_IDENTITY, false}},
    {"IDir '", {OTHER_IDENTITY, false}},
    {"no trusted",
     {"no trusted certificate shows that the peer is who it says: see ca and remote-id", true}},
    {", but none allows ",
     {"the peer proves itself in another way: compare method at both ends", false}},
    {"but MAC mismatched", {"the secrets differ: compare secret at both ends", false}},
    {"message parsing failed",
     {"the peer's message cannot be decrypted: compare secret at both ends", false}},
    {"no shared key found",
     {"no secret fits the identities: compare local-id and remote-id at both ends", false}},
    {"received AUTHENTICATION_FAILED",
     {"the peer refused us (AUTHENTICATION_FAILED): compare secret or ca, and the identities, "
      "at both ends",
      false}},
    {"received NO_PROPOSAL_CHOSEN notify, no CHILD_SA",
     {"the peer takes none of our suites (NO_PROPOSAL_CHOSEN): compare esp at both ends", false}},
    {"received NO_PROPOSAL_CHOSEN",
     {"the peer takes none of our suites (NO_PROPOSAL_CHOSEN): compare version, ike, esp, "
      "peer and local-address at both ends",
      false}},
    {"received proposals unacceptable", {OTHER_IKE, false}},
    {"no proposal found", {OTHER_IKE, false}},
    {"no acceptable proposal found", {OTHER_ESP, false}},
    {"no matching proposal found", {OTHER_ESP, false}},
    {"received TS_UNACCEPTABLE",
     {"the peer refused the subnets (TS_UNACCEPTABLE): compare local-subnet and remote-subnet at "
      "both ends",
      false}},
    {"received INVALID_ID_INFORMATION",
     {"the peer refused the subnets (INVALID_ID_INFORMATION): compare local-subnet and "
      "remote-subnet at both ends",
      false}},
    {"traffic selectors ", {OTHER_SUBNETS, false}},
    {"no matching CHILD_SA config found", {OTHER_SUBNETS, false}},
    {"no matching peer config found", {NO_TUNNEL, false}},
    {"no peer config found", {NO_TUNNEL, false}},
    {"no IKE config found",
     {"the peer asked for another address or version: see local-address and version", false}},
    {"retransmit", {SILENCE, true}}, /* `giving up after 5 retransmits', too */
    {"peer not responding", {SILENCE, true}},
    {"DPD check timed out", {SILENCE, true}},
    {"received DELETE for", {"the peer ended it: see enable, remote-id and ca at its end", true}},
};

const struct reason *reason_of(struct slice line)
{
	for (size_t i = 0; i < sizeof(knowns) / sizeof(knowns[0]); i++) {
		if (memmem(line.at, line.length, knowns[i].words, strlen(knowns[i].words)))
			return &knowns[i].reason;
	}
	return NULL;
}

const char *reason_silence(void)
{
	return SILENCE;
}

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TARGET_H
#define WEIPSEC_TARGET_H

#include "runtime/charon/credentials.h"

/*
 * What charon is to have: for each enabled tunnel the messages that load it, and digests to tell
 * whether two configurations have the same.
 */

#define TARGET_DIGEST 32 /* bytes of SHA-256 */
/* A connection that charon only has to accept: it is gone again before it can match a peer. */
#define TARGET_TRIAL "weipsec-trial-"

struct target_tunnel {
	int id;
	bool initiator;
	char name[16];			      /* of its connection: ipsec<ID> */
	char child[16];			      /* tunnel<ID> */
	char secret_name[24];		      /* ike-ipsec<ID> */
	struct vici_message connection;	      /* for load-conn, certificates included */
	struct vici_message secret;	      /* for load-shared; empty with method cert */
	const struct credential *certificate; /* with its key; NULL with method psk */
	bool lacks_identity;		      /* that certificate: the tunnel's local-id */
	const struct credential *ca;	      /* NULL: none */
	unsigned char digest[TARGET_DIGEST];  /* of all that needs a new tunnel when it changes */
	unsigned char owners[TARGET_DIGEST];  /* of whose the secret is */
};

struct target {
	struct target_tunnel *tunnels; /* by ID */
	size_t count;
	/* of the tunnels, and, where one has method cert, every CA of the PKI, as swanctl loads
	 * them */
	struct credentials credentials;
	int id;	       /* the tunnel whose certificate, key or CA is of no use, or -1 */
	char why[256]; /* what failed, when it could not be made */
};

/*
 * What MODEL, free of errors, needs.  Certificates and keys come from the folder PKI, which may be
 * NULL while no tunnel needs one, or is one that a generation has KEPT.  0, or an errno with
 * TARGET->why filled in, EBADMSG where TARGET->id is what the fault is of.  Free it in any case.
 */
int target_init(struct target *target, const struct model *model, const char *pki, bool kept);
void target_free(struct target *target);
/* TUNNEL's connection under the name of a trial, starting nothing; MESSAGE is initialised. */
void target_put_trial(const struct target_tunnel *tunnel, struct vici_message *message);
/* The tunnel ID, or NULL. */
const struct target_tunnel *target_find(const struct target *target, int id);

#endif

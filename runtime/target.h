/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TARGET_H
#define WEIPSEC_TARGET_H

#include "compiler/model.h"
#include "runtime/vici_message.h"

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
	bool lacks_files;		     /* of the PKI: it cannot be loaded, only compared */
	char name[16];			     /* of its connection: ipsec<ID> */
	char child[16];			     /* tunnel<ID> */
	char secret_name[24];		     /* ike-ipsec<ID> */
	struct vici_message connection;	     /* for load-conn, certificates included */
	struct vici_message trial;	     /* the same under another name, starting nothing */
	struct vici_message secret;	     /* for load-shared; empty with method cert */
	struct vici_message key;	     /* for load-key; empty with method psk */
	unsigned char digest[TARGET_DIGEST]; /* of all that needs a new tunnel when it changes */
	unsigned char owners[TARGET_DIGEST]; /* of whose the secret is */
};

struct target {
	struct target_tunnel *tunnels; /* by ID */
	size_t count;
	char why[256]; /* what failed, when it could not be made */
};

/*
 * What MODEL, free of errors, needs.  Certificates and keys come from the folder PKI, which may be
 * NULL while no tunnel needs one.  0, or an errno with TARGET->why filled in; ENOMEM apart, what
 * does not lack a file is there nevertheless.  Free it in any case.
 */
int target_init(struct target *target, const struct model *model, const char *pki);
void target_free(struct target *target);
/* TUNNEL's digest as text of 2 * TARGET_DIGEST hexadecimal digits, and a NUL. */
void target_digest_text(const struct target_tunnel *tunnel, char *text);
/* The tunnel ID is known to have been loaded with the digest that is TEXT. */
void target_expect(struct target *target, int id, const char *text);
/* The tunnel ID, or NULL. */
const struct target_tunnel *target_find(const struct target *target, int id);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_RUNNING_H
#define WEIPSEC_RUNNING_H

#include "compiler/base/arena.h"
#include "runtime/charon/target.h"
#include "runtime/vici/vici.h"

/* What charon has, as far as it is named as ours: connections and SAs ipsec<ID>, secrets
 * ike-ipsec<ID>. */

/* An IKE_SA: a tunnel may have several, while it is rekeyed and when both ends begin at once. */
struct running_sa {
	struct running_sa *next;
	struct slice section; /* of list-sas */
};

struct running_tunnel {
	int id;
	bool has_connection;
	bool has_secret;
	bool has_trial;		 /* of an apply that was cut short */
	struct slice connection; /* its section of list-conns, or empty */
	struct running_sa *sas;	 /* as charon lists them */
};

/* A certificate or CA, by the digest of its DER. */
struct running_certificate {
	struct running_certificate *next;
	unsigned char digest[CREDENTIAL_DIGEST];
};

struct running {
	struct arena *arena;
	struct running_tunnel *tunnels; /* by ID, once it is complete */
	size_t count;
	size_t room;
	bool has_credentials; /* it was asked for these two, whoever loaded them */
	struct running_certificate *certificates;
	struct slice keys; /* list items: what charon calls its private keys */
	size_t certificate_count;
	bool failed;   /* out of memory */
	size_t open;   /* calls without a reply */
	char why[128]; /* what failed first, or empty */
	struct {
		void (*call)(void *context, const char *why);
		void *context;
	} done;
};

/*
 * Asks charon through VICI; DONE is called once, with why it failed or NULL.  RUNNING must stay
 * where it is until then, and is freed with running_free() in any case.
 */
void running_read(struct running *running, struct vici *vici,
		  void (*done)(void *context, const char *why), void *context);
/* The same, with the certificates and private keys that charon has. */
void running_read_all(struct running *running, struct vici *vici,
		      void (*done)(void *context, const char *why), void *context);
void running_free(struct running *running);
/* The ID of the tunnel whose connection and SAs charon calls NAME, or -1. */
int running_id(struct slice name);
/* The tunnel ID, or NULL. */
const struct running_tunnel *running_find(const struct running *running, int id);

/* True if charon has this certificate, CA or private key. */
bool running_has(const struct running *running, const struct credential *credential);
/* True if it has the private key that it calls ID. */
bool running_has_key(const struct running *running, const char *id);
/* What of TUNNEL's certificate, key and CA charon lacks, or NULL. */
const char *running_lacks(const struct running *running, const struct target_tunnel *tunnel);

/*
 * What charon's connection has that differs from TUNNEL's: the name of the key, or NULL if it is
 * the same.  Only what list-conns shows can be compared; it shows no suites.
 */
const char *running_difference(const struct running_tunnel *running,
			       const struct target_tunnel *tunnel);

#endif

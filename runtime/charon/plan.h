/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PLAN_H
#define WEIPSEC_PLAN_H

#include "runtime/charon/running.h"
#include "runtime/charon/target.h"

#include <jansson.h>

/* What has to be done to charon, tunnel by tunnel. */

enum plan_kind {
	PLAN_UNCHANGED, /* not touched */
	/* only whose its secret is, or charon has lost its secret, certificate or key: they are
	 * loaded anew, its SAs stay */
	PLAN_CREDENTIALS,
	PLAN_CHANGED,
	PLAN_ADDED,
	PLAN_REMOVED
};

struct plan_item {
	int id;
	enum plan_kind kind;
	const struct target_tunnel *from; /* what it was, or NULL if that is not known */
	const struct target_tunnel *to;	  /* NULL: removed */
	bool has_trial;			  /* charon has its connection under the name of a trial */
	long long last_sa;		  /* the greatest unique ID among its IKE_SAs; 0: none */
	bool suspect; /* an apply of it was cut short: nobody knows what charon has of it */
};

/* The tunnels that an apply was changing when it was cut short. */
struct suspects {
	int *ids;
	size_t count;
	bool all;		     /* it is not known which */
	char (*keys)[CREDENTIAL_ID]; /* the private keys that it was loading */
	size_t key_count;
};

/* A private key that comes or goes, and is ours: charon has it from nobody else. */
struct plan_key {
	char id[CREDENTIAL_ID];
	bool in_from; /* what was applied last has it */
	bool in_to;
};

struct plan {
	const struct target *to;
	struct plan_item *items; /* by ID */
	size_t count;
	struct plan_key *keys;
	size_t key_count;
	bool has_credentials; /* certificates and keys are part of it: charon was asked for them */
	bool lacks_ca;	      /* charon has not all of TO's */
};

/*
 * What leads from RUNNING to TO.  FROM is what was applied last, or NULL; a tunnel whose ID is
 * among SUSPECTS is taken for changed.  False without memory.  The targets must outlive the plan.
 */
bool plan_make(struct plan *plan, const struct running *running, const struct target *from,
	       const struct target *to, const struct suspects *suspects);
void plan_free(struct plan *plan);
/* True if nothing has to be done. */
bool plan_is_empty(const struct plan *plan);
/* True if something that charon has is touched. */
bool plan_risks_something(const struct plan *plan);
/* unchanged, changed, added, removed. */
const char *plan_kind_name(enum plan_kind kind);
/* An array of the tunnels' `id' and `change', the name of its kind; NULL without memory. */
json_t *plan_json(const struct plan *plan);

#endif

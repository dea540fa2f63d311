/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_STATUS_H
#define WEIPSEC_STATUS_H

#include "compiler/model/model.h"
#include "runtime/charon/running.h"
#include "runtime/status/cause.h"
#include "runtime/status/tally.h"

#include <jansson.h>
#include <stdio.h>

/* The five states of a tunnel that WeOS knows (guide, Status and debugging). */
enum tunnel_state {
	TUNNEL_UNKNOWN,
	TUNNEL_CONNECTING,
	TUNNEL_IKE_ESTABLISHED,
	TUNNEL_INSTALLED,
	TUNNEL_RETRANSMISSION
};

struct status_summary {
	enum tunnel_state state;
	long long
	    since_rekey; /* seconds since the CHILD_SA in use was installed; -1: there is none */
	/* an IKE_SA has an exchange open, and no other carries the traffic: where that lasts, it is
	 * TUNNEL_RETRANSMISSION */
	bool waits;
};

#define STATUS_WARNINGS 8

/* What is said of a tunnel: why it is down (its slug is NULL: nothing), or what is not well. */
struct status_notes {
	struct note why;
	struct note warnings[STATUS_WARNINGS];
	size_t count;
};

/* Of the section of an IKE_SA, also while it is rekeyed. */
bool status_is_established(struct slice sa);
/* What SAs make of a tunnel; RUNNING is NULL for one that charon does not know. */
struct status_summary status_of(const struct running_tunnel *running);

/* `Up(Installed)'. */
const char *status_name(enum tunnel_state state);

/* What is known beside the tunnels. */
struct status_whole {
	const char *charon;  /* its version; NULL: it is out of reach */
	unsigned generation; /* that is applied; 0: none */
	long long applied;   /* seconds since 1970: when that, or another, was last; 0: never */
	bool went_well;	     /* what was applied then is what it says, */
	bool is_known;	     /* if this is */
	const struct model *model;
	const struct target *target; /* its certificates; NULL: not known */
};

/*
 * The document of `status --json' (schemas/status.schema.json) with TUNNELS, which it takes over
 * and sorts by ID.  NULL without memory, as below.
 */
json_t *status_document(const struct status_whole *whole, json_t *tunnels);
/* What is seen of a tunnel. */
struct status_seen {
	const struct running_tunnel *running; /* NULL: charon does not know it */
	const struct status_summary *summary;
	const struct status_notes *notes;
	const struct tally_totals *totals; /* NULL: nobody sums */
};

/*
 * The tunnel INDEX of MODEL in it.  What charon says of SAs is in it as charon says it, but for
 * values that have a secret of MODEL in them.
 */
json_t *status_tunnel(const struct model *model, size_t index, const struct status_seen *seen);

/* VALUE, or what stands for it where it has a secret of MODEL in it. */
struct slice status_value(const struct model *model, struct slice value);

/* `show ipsec': the enabled tunnels of DOCUMENT as a table. */
void status_print_table(FILE *out, const json_t *document);
/*
 * The certificates of DOCUMENT that expire soon, or have: of TUNNEL, one of its, or with NULL those
 * that no tunnel names.  A line each behind INDENT blanks.
 */
void status_print_expiries(FILE *out, const json_t *document, const json_t *tunnel, int indent);

#endif

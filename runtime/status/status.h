/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_STATUS_H
#define WEIPSEC_STATUS_H

#include "compiler/model/model.h"
#include "runtime/charon/running.h"
#include "runtime/status/cause.h"

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

/* What SAs make of a tunnel; RUNNING is NULL for one that charon does not know. */
struct status_summary status_of(const struct running_tunnel *running);

/* `Up(Installed)'. */
const char *status_name(enum tunnel_state state);

/*
 * The document of `status --json' (schemas/status.schema.json) with TUNNELS, which it takes over
 * and sorts by ID; VERSION is charon's, NULL if it is out of reach.  NULL without memory, as below.
 */
json_t *status_document(const char *version, json_t *tunnels);
/*
 * The tunnel INDEX of MODEL in it.  What charon says of SAs is in it as charon says it, but for
 * values that have a secret of MODEL in them.
 */
json_t *status_tunnel(const struct model *model, size_t index, const struct running_tunnel *running,
		      const struct status_summary *summary, const struct status_notes *notes);

/* VALUE, or what stands for it where it has a secret of MODEL in it. */
struct slice status_value(const struct model *model, struct slice value);

/* `show ipsec': the enabled tunnels of DOCUMENT as a table. */
void status_print_table(FILE *out, const json_t *document);

#endif

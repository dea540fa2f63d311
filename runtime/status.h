/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_STATUS_H
#define WEIPSEC_STATUS_H

#include "runtime/running.h"

/* The five states of a tunnel that WeOS knows (guide, Status and debugging). */
enum status_state {
	STATUS_UNKNOWN,
	STATUS_CONNECTING,
	STATUS_IKE_ESTABLISHED,
	STATUS_INSTALLED,
	STATUS_RETRANSMISSION
};

struct status_summary {
	enum status_state state;
	long long
	    since_rekey; /* seconds since the CHILD_SA in use was installed; -1: there is none */
	/* the IKE_SA has an exchange open: where that lasts, it is STATUS_RETRANSMISSION */
	bool waits;
};

/* What SAs make of a tunnel; RUNNING is NULL for one that charon does not know. */
struct status_summary status_of(const struct running_tunnel *running);

/* `Up(Installed)'. */
const char *status_name(enum status_state state);

#endif

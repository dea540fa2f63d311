/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_VERDICT_H
#define WEIPSEC_VERDICT_H

#include "runtime/status/attempt.h"
#include "runtime/status/cause.h"

/* What charon says of an IKE_SA, as the cause that it is for a tunnel. */

/* What it is said of. */
struct verdict_case {
	const struct model *model;
	const struct tunnel *tunnel;
	const struct attempt *attempt; /* which attempt_note() has the line of already */
	bool is_established;	       /* the IKE_SA is, or was before anybody looked */
	long long now;
};

struct verdict {
	struct cause cause;
	bool is_hint; /* only what follows from another one, if the same try has one */
};

/* LINE of the log; its cause is REASON_NONE where it says nothing of why. */
void verdict_of_line(struct verdict *verdict, const struct verdict_case *about, struct slice line);
/* The same of an `alert' of TYPE. */
void verdict_of_alert(struct verdict *verdict, const struct verdict_case *about, struct slice type);

#endif

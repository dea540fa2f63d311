/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_REQUESTS_H
#define WEIPSEC_REQUESTS_H

#include "runtime/supervise/charon.h"

/* What others ask of the supervisor through the control socket (docs/apply.md). */

struct requests {
	struct control *control;
	struct jobs *jobs;
	struct charon *charon;
};

/* Listens in the state directory of JOBS, which are open.  0 or errno; requests_free() in any case.
 */
int requests_listen(struct requests *requests, struct jobs *jobs, struct charon *charon);
void requests_free(struct requests *requests);

#endif

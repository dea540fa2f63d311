/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LOOP_H
#define WEIPSEC_LOOP_H

#include <uev/uev.h>

/* Runs LOOP until somebody ends it.  0, or errno if the system did: what was awaited did not come. */
int loop_run(uev_ctx_t *loop);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_EVENTLOOP_H
#define WEIPSEC_EVENTLOOP_H

#include <uev/uev.h>

/* Runs LOOP until somebody ends it.  0, or errno if the system did, before what was awaited. */
int eventloop_run(uev_ctx_t *loop);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PLACES_H
#define WEIPSEC_PLACES_H

#include "runtime/keep/state.h"
#include "runtime/vici/vici.h"

/* Where whoever keeps charon to a configuration finds things, and leaves them. */
struct places {
	const char *vici; /* charon's socket, a URI */
	const char *state_dir;
	const char *pki;     /* NULL: none */
	const char *persist; /* the swanctl.conf that is kept beside, or NULL */
};

static const struct places places_default = {.vici = VICI_URI, .state_dir = STATE_DIR};

#endif

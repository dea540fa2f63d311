/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LIBRESWAN_H
#define WEIPSEC_LIBRESWAN_H

#include "backends/backend.h"

/* An end that is Libreswan 4 or later: `conn' sections, and their secrets as comments. */

backend_supports libreswan_supports;
/*
 * Writes MODEL, whose peers' automatic suites are those of our own backend if PEER_IS_OURS, else
 * what WeOS's daemon has.
 */
void libreswan_write(const struct model *model, bool peer_is_ours, struct output *output);

#endif

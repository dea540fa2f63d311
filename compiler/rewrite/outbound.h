/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OUTBOUND_H
#define WEIPSEC_OUTBOUND_H

#include "compiler/model/device.h"
#include "compiler/rewrite/migrate.h"

/* What a tunnel's outbound interface comes to. */
struct outbound {
	uint32_t ip;
};

/*
 * The one static address of the interface NAME of the device, or with an empty NAME the one that
 * the internet can reach.  NULL, or why there is none that is certain.
 */
const char *outbound_find(const struct migration *migration, struct slice name,
			  struct outbound *outbound);

#endif

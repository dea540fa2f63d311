/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OPPOSITES_H
#define WEIPSEC_OPPOSITES_H

#include "compiler/command/operands.h"
#include "compiler/fleet/network.h"
#include "compiler/rewrite/migrate.h"

/* The other ends of tunnels of WeOS 4, where these are in a file beside them. */
struct opposites {
	struct network network;
	struct site **sites;
	size_t count;
	struct site_reader reader;
	struct migrate_opposite *list; /* of each site and tunnel, in order */
	size_t list_count, list_room;
};

/*
 * Finds those of OPERANDS, which outlive them, that have other subnets than the tunnel has.  What
 * is no file can be read only once, and is left out.  To be freed in any case; false without
 * memory.
 */
bool opposites_find(struct opposites *opposites, const struct operands *operands);
/* Tells MIGRATION, of the file that is called PATH. */
void opposites_tell(const struct opposites *opposites, const char *path,
		    struct migration *migration);
void opposites_free(struct opposites *opposites);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MIGRATE_H
#define WEIPSEC_MIGRATE_H

#include "backends/output.h"
#include "compiler/compilation/compilation.h"
#include "compiler/finding/tunnel_ids.h"

/* What became of the lines of `tunnel'. */
struct migrate_counts {
	size_t tunnels;
	size_t kept;	   /* WI901, WI902 */
	size_t changed;	   /* WI903, WI906 */
	size_t dropped;	   /* WI904 */
	size_t impossible; /* WI905, and what could not be read */
};

/* The other end of a tunnel, in another file, where it has other subnets. */
struct migrate_opposite {
	uint32_t site, tunnel; /* whose it is: a file, as its finder counts, and a place in it */
	const char *path;
	int32_t id;
	struct subnet local, remote; /* as it has them */
};

struct migrate_error;

/* A WeOS 4 text on its way to a WeOS 5 script. */
struct migration {
	const struct compilation *compilation; /* of the text, read as WeOS 4; outlives the rest */
	const struct device *device;	       /* of `--device', or NULL */
	const struct migrate_opposite *opposites; /* of its tunnels, in their order; or NULL */
	size_t opposite_count;
	bool both_ends; /* version 2 and suites of today, which the other end must have, too */
	struct findings findings; /* WI9xx, and the errors of the text; places in the script where
				     there are any */
	struct tunnel_ids errors; /* that have an error in the text */
	const struct migrate_error *script_errors; /* of the script as it was first */
	struct tunnel_ids impossible;		   /* that are written disabled */
	struct slice any_secret;  /* of a tunnel for any peer; empty: there is none */
	bool are_any_several;	  /* and of another one, with another */
	struct output output;	  /* the script; empty without a tunnel */
	struct migrate_counts counts;
};

/*
 * Writes the script and says of every line of `tunnel' what became of it.  False without memory;
 * then, too, the output is to be freed with output_free().
 */
bool migrate_run(struct migration *migration);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SITE_H
#define WEIPSEC_SITE_H

#include "compiler/compare/gateway.h"
#include "compiler/compilation/compilation.h"
#include "compiler/finding/finding.h"
#include "compiler/fleet/digest.h"
#include "compiler/pki/pki.h"

#include <stdbool.h>
#include <stddef.h>

struct project_outcome;
struct silence;

/*
 * What one file tells of a gateway, with all that a report on it may show, and no secret: of each
 * there are digests (written.h), of its text the lines that may be shown, masked (extract.h).  It
 * may leave the machine as facts (facts.h), and comes back as the same.
 */

/* What is known of a tunnel beside its settings. */
struct site_end {
	bool is_invalid; /* it has an error of `check' */
	bool is_told;	 /* `check' said that its subnets meet those of another one there */
};

/* A network that is judged has its own of each site. */
struct site_findings;

struct site {
	const char *path;
	const char *error;	 /* why it could not be read, or NULL; then there is nothing else */
	bool is_named;		 /* not found in a folder */
	bool is_skipped;	 /* a JSON document that was found */
	bool is_document;	 /* agent configuration */
	struct slice hostname;	 /* empty: not known */
	struct model model;	 /* its text is the extract */
	struct site_end *ends;	 /* beside each tunnel of the model */
	struct finding *errors;	 /* of `check', in the order of the text */
	struct silence *silence; /* what its comments silence, or NULL */
	struct gateway gateway;
	/* what is made of its findings; set by who read it */
	const struct project_outcome *outcome;
	const char *name;      /* what fingerprints call it, or NULL: its path */
	bool has_pki;	       /* the certificates of its device are known: */
	struct pki_kept *kept; /* these, without keys */
	bool is_aside;	       /* its text is in a spool */
	size_t aside_at;
};

/* Who reads files, one after the other, one thread. */
struct site_reader {
	const struct surroundings *surroundings; /* of the next one, but for `is_found' */
	agent_reader *read;			 /* documents */
	const char *pki;	/* a folder with those of each device, by host name, or NULL */
	int64_t now;		/* for certificates there */
	struct pki *own;	/* that of the device whose text is read, or NULL */
	struct pki_store store; /* of ARENA */
	struct digest *digest;
	struct workspace workspace;
	struct arena *arena; /* where the sites are */
	/* where their texts wait, since few are asked for again; NULL: they stay in memory */
	struct spool *spool;
};

/*
 * Reads PATH, which outlives it.  NULL without memory.  With a spool its text is at hand behind
 * site_use().
 */
struct site *site_read(struct site_reader *reader, const char *path, bool is_found);
/* Lets SITE have its text in MAP, of the spool that it was put into (spool_map()). */
void site_use(struct site *site, char *map);
/* Puts the text of SITE, which is finished, into SPOOL. */
void site_put_aside(struct site *site, struct spool *spool);
/* What sites own beside the arena's memory. */
void site_free(struct site *site);

/*
 * Both ways to a site end here, when its model is there: its comments are read, and its tunnels are
 * indexed.  False without memory.
 */
bool site_finish(struct site *site, struct arena *arena);
/* The same transforms, wherever they stand. */
bool site_suites_equal(const struct suite *a, const struct suite *b);
/* What a site shows for a value that may not be shown. */
#define SITE_HIDDEN "****"

#endif

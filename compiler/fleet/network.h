/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_NETWORK_H
#define WEIPSEC_NETWORK_H

#include "compiler/compare/pair.h"
#include "compiler/fleet/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Many gateways: each end with its counterpart, and what becomes of each pair.  The order of
 * everything is that of the files' names and of the places in them.
 */

#define NETWORK_NONE UINT32_MAX

/* One end: a tunnel of a site. */
struct network_end {
	uint32_t site;
	uint32_t tunnel; /* its index in the site's model; NETWORK_NONE: there is none */
};

/*
 * Two ends that are one tunnel, or an end without a counterpart; there the site of the second is
 * one that it asks for, or NETWORK_NONE.  An end that takes many is in many links.
 */
struct link {
	struct network_end ends[SIDES];
	enum outcome outcome;
	enum refusal refusal;
};

/* The findings of one site, as much as there are. */
struct site_findings {
	struct finding *first, **last;
	size_t kept;
	struct site_count *counts;
	size_t count_count;
	size_t severities[SEVERITY_ERROR + 1];
	size_t silenced_severities[SEVERITY_ERROR + 1];
};

/* PKIs that were opened last, of so many sites on either side of pairs. */
#define NETWORK_PKIS 64

struct network_pki {
	const struct site *site;
	struct pki *pki;
};

struct network {
	struct site **sites; /* in the order of their paths */
	size_t site_count;
	size_t end_count;
	struct link *links; /* in the order of their first ends, and of their second ones */
	size_t link_count;
	struct site_findings *findings; /* of each site */
	enum automatic automatic;
	int64_t now; /* for certificates */
	struct network_pki pkis[SIDES][NETWORK_PKIS];
	struct findings at_hand[SIDES]; /* room for those of the pair that is judged */
	struct arena *arena;
	struct arena *scratch; /* of the pairs that are judged, emptied now and then */
	struct proposal_lists lists;
	unsigned judged; /* since then */
	bool is_short;	 /* of memory: a PKI is not there */
};

/*
 * A network of COUNT SITES, an array that it puts in order and that outlives it, as they do.  False
 * without memory.
 */
bool network_init(struct network *network, struct site **sites, size_t count,
		  enum automatic automatic, int64_t now);
/* Finds the links, whose outcomes are still open.  False without memory. */
bool network_match(struct network *network);
/* Finds the links, and judges them.  False without memory. */
bool network_judge(struct network *network);
void network_free(struct network *network);

/* The tunnel of END; NULL: there is none. */
const struct tunnel *network_tunnel(const struct network *network, const struct network_end *end);
/*
 * What becomes of LINK, exchange by exchange, as it was judged: PAIRS and PAIR are filled, and good
 * until the next one.
 */
void network_account(struct network *network, const struct link *link, struct pairs *pairs,
		     struct pair *pair);
/* True if some outcome is one that has failed (pairs_fail()). */
bool network_fails(const struct network *network);

/* The findings of the site at INDEX, to be added to and given back, or to be reported. */
void network_take_findings(struct network *network, size_t index, struct findings *findings);
void network_give_findings(struct network *network, size_t index, const struct findings *findings);

#endif

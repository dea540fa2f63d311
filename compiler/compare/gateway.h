/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GATEWAY_H
#define WEIPSEC_GATEWAY_H

#include "compiler/base/arena.h"
#include "compiler/compare/proposal.h"
#include "compiler/model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pki;

/* Of two gateways, or many, one: its tunnels, and where they are found by what a peer knows of
 * them. */
struct gateway_entry {
	uint64_t hash;
	const struct tunnel *tunnel;
};

struct gateway {
	const struct model *model;
	enum automatic automatic; /* what its automatic suites are */
	bool is_document;	  /* agent configuration: no text of WeOS */
	bool has_digests;	  /* digests stand for its secrets (written.h) */
	struct pki *pki;	  /* its certificates, or NULL */
	struct arena *arena;
	struct proposal_lists *lists; /* of ARENA, too */
	/* sorted by hash, those of equal ones in the order of the text; enabled tunnels only */
	struct gateway_entry *by_addresses;
	struct gateway_entry *by_address;
	struct gateway_entry *by_remote_id;
	size_t enabled;
	size_t secrets;			/* of enabled tunnels */
	const struct tunnel **patterns; /* enabled ones that take more than one identity */
	size_t pattern_count;
};

/*
 * MODEL as a gateway, from ARENA, which all gateways that are compared may share, as they do LISTS
 * (zeroed at first).  False without memory.
 */
bool gateway_init(struct gateway *gateway, const struct model *model, struct arena *arena,
		  struct proposal_lists *lists);

/* A walk over tunnels that may fit, in the order of the text; zeroed but for what is asked for. */
struct gateway_walk {
	const struct gateway_entry *list;
	size_t at, count;
	uint64_t hash;
};

/* The enabled tunnels of VERSION between LOCAL and PEER (not set: any). */
struct gateway_walk gateway_by_addresses(const struct gateway *gateway, int version, uint32_t local,
					 struct address peer);
/* Those on LOCAL, of any version. */
struct gateway_walk gateway_by_address(const struct gateway *gateway, uint32_t local);
/* Those that expect exactly IDENTITY. */
struct gateway_walk gateway_by_remote_id(const struct gateway *gateway,
					 const struct identity *identity);
/* The next, or NULL; hashes may be equal by chance, so the asker compares. */
const struct tunnel *gateway_next(struct gateway_walk *walk);

uint64_t gateway_hash_number(uint64_t hash, uint64_t number);
uint64_t gateway_hash_bytes(uint64_t hash, struct slice bytes);

#endif

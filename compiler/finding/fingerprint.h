/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FINGERPRINT_H
#define WEIPSEC_FINGERPRINT_H

#include "compiler/finding/finding.h"

#include <stdatomic.h>
#include <stdbool.h>

/* What a finding is known again by, in hex. */
#define FINGERPRINT_LENGTH 32

/*
 * Gives each of FINDINGS its `fingerprint', from their arena: the first half of SHA-256 over rule,
 * PATH, the tunnel's ID or `-', the finding's line as an excerpt shows it (secrets masked, blanks
 * single) and which of those that are equal so far it is, from 1, in the order of SORTED
 * (findings_sorted()), with NUL between.  False without memory.
 */
bool fingerprint_all(struct findings *findings, struct finding *const *sorted, const char *path);

/* What became of one in a set: nobody asked for it, it was found, or found and of no effect. */
enum fingerprint_use { FINGERPRINT_UNUSED, FINGERPRINT_USED, FINGERPRINT_REFUSED };

/*
 * A set of them.  Zeroed it is empty; it is filled first, then ordered, and from there on several
 * threads may look into it.
 */
struct fingerprints {
	unsigned char (*list)[FINGERPRINT_LENGTH / 2];
	atomic_uchar *use; /* of each, an enum fingerprint_use */
	size_t count, room;
};

/* What is to be told of a set, or of what was to be one. */
enum fingerprints_told { FINGERPRINTS_WELL, FINGERPRINTS_MALFORMED, FINGERPRINTS_MEMORY };

/* Adds HEX to SET. */
enum fingerprints_told fingerprints_add(struct fingerprints *set, const char *hex);
/* All are added.  False without memory. */
bool fingerprints_order(struct fingerprints *set);
/* True if SET has HEX, which has USE then. */
bool fingerprints_find(const struct fingerprints *set, const char *hex, enum fingerprint_use use);
/* How many of SET have USE. */
size_t fingerprints_count(const struct fingerprints *set, enum fingerprint_use use);
void fingerprints_free(struct fingerprints *set);

#endif

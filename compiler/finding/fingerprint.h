/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FINGERPRINT_H
#define WEIPSEC_FINGERPRINT_H

#include "compiler/finding/finding.h"

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

#endif

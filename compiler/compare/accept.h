/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ACCEPT_H
#define WEIPSEC_ACCEPT_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

/* How well an identity that was shown fits one that was asked for, as charon counts it. */
enum acceptance { ACCEPT_NOT = 0, ACCEPT_ANY = 1, ACCEPT_PATTERN = 19, ACCEPT_EXACTLY = 20 };

/*
 * SHOWN against WANTED (strongswan.md, section 4): types never mix, a wildcard stands in WANTED
 * alone. Scratch memory for names with wildcards is from ARENA.
 */
enum acceptance identity_acceptance(const struct identity *shown, const struct identity *wanted,
				    struct arena *arena);
/* Who starts sends it as the identity that it asks for: addresses, also many, but no wildcard. */
bool identity_is_asked_for(const struct identity *identity);
/* Not one identity: many may fit it. */
bool identity_is_pattern(const struct identity *identity);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CANON_H
#define WEIPSEC_CANON_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

#include <stdbool.h>

/*
 * The words that WeOS takes for a value, in their one canonical form: durations in the largest
 * whole unit, subnets without host bits, suites in the order of the guide.  Reading them gives the
 * value again.
 */

/*
 * The words behind SETTING for what TUNNEL has, into *WORDS from ARENA; none of a flag.  False if
 * there are none: it is automatic or off, no words of WeOS make it, or memory is short.  A secret
 * in other bytes than ASCII becomes hex or base64.
 */
bool canon_words(struct arena *arena, const struct tunnel *tunnel, enum setting setting,
		 struct slice *words);
/* The words of an identity, with its type word where WeOS has one for it; false as above. */
bool canon_identity(struct arena *arena, const struct identity *identity, struct slice *words);
/* VALUE as one word, in quotes if it would be cut or taken for quoted without; false if no quotes
 * help. */
bool canon_quote(struct arena *arena, struct slice value, bool blanks_divide, struct slice *word);

#endif

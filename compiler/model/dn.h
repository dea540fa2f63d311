/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DN_H
#define WEIPSEC_DN_H

#include "compiler/base/arena.h"
#include "compiler/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* What counts of a distinguished name. */
struct dn {
	size_t count;  /* of its attribute values */
	bool wildcard; /* one of them is exactly `*' */
	struct slice key;
};

/* What a key is for. */
enum dn_key {
	DN_KEY_FOLDED, /* equal for equal names only, however they were written */
	DN_KEY_TYPED   /* with the types of the values, for dn_matches() */
};

/* charon takes no more of them from text. */
#define DN_TEXT_MAX 20

/*
 * Reads `C=SE, O=Example, CN=alice' or `/C=SE/O=Example/CN=alice' as charon does (strongswan.md,
 * section 4), its key from ARENA.  False if charon would not take TEXT for a name.
 */
bool dn_from_text(struct arena *arena, struct slice text, enum dn_key kind, struct dn *dn);

/* The same from the DER of an X.501 Name.  False if it is none, or if anything follows it. */
bool dn_from_der(struct arena *arena, struct slice der, enum dn_key kind, struct dn *dn);

/*
 * charon's comparison of a certificate's name with an identity, by DN_KEY_TYPED keys: case counts
 * but where both values are PrintableStrings, or email addresses as IA5Strings.
 */
bool dn_matches(struct slice a, struct slice b);
/*
 * The same of a name with a pattern, in which a value that is exactly `*' stands for any;
 * attributes, their number and their order are to be equal.
 */
bool dn_fits(struct slice name, struct slice pattern);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_IDENTITY_PARTS_H
#define WEIPSEC_IDENTITY_PARTS_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

#include <stdbool.h>

/*
 * What an identity is made of, once its type is known.  Each of the first functions fills all of
 * IDENTITY but its form, which stays as it is, with copies from ARENA.  False without memory.
 */
bool identity_from_any(struct arena *arena, struct slice value, struct identity *identity);
bool identity_from_ip(struct arena *arena, uint32_t ip, struct identity *identity);
bool identity_from_net(struct arena *arena, uint32_t ip, unsigned length,
		       struct identity *identity);
bool identity_from_range(struct arena *arena, uint32_t first, uint32_t last,
			 struct identity *identity);
/* A name, an email address or a key ID. */
bool identity_from_text(struct arena *arena, enum identity_type type, struct slice value,
			struct identity *identity);
/* A distinguished name as text or as DER.  False also if it is none, or one with nothing in it. */
bool identity_from_dn(struct arena *arena, struct slice value, struct identity *identity);
bool identity_from_der(struct arena *arena, struct slice der, struct identity *identity);

#define IDENTITY_MAX 255 /* characters as typed */

/* The spellings of "anyone". */
bool identity_is_any(struct slice value);
/* An IPv6 address, subnet or range, or one with a zone. */
bool identity_is_ipv6(struct slice value);
/* Printable ASCII: all that charon takes in the text of an identity. */
bool identity_is_printable(struct slice value);
/*
 * Pairs of hex digits as bytes from ARENA; where COLONS is set colons may stand between them, as in
 * fingerprints.  False if they are none.
 */
bool identity_hex_decode(struct arena *arena, struct slice hex, bool colons, struct slice *bytes);
/* True if VALUE begins with PREFIX, in any case. */
bool identity_has_prefix(struct slice value, const char *prefix);

#endif

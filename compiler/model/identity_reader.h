/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_IDENTITY_READER_H
#define WEIPSEC_IDENTITY_READER_H

#include "compiler/model/identity.h"

/* What identity.c and identity_deduce.c share: one value on its way to an identity. */
struct identity_reader {
	struct findings *findings;
	struct span at;
	struct identity *identity;
};

#define IDENTITY_MAX 255 /* characters as typed */

/* VALUE without a type word: the type is what strongSwan makes of it. */
bool identity_deduce(const struct identity_reader *reader, struct slice value);

/*
 * The parts that an identity is made of.  Each returns false without memory; those that look at
 * VALUE also when it does not fit, with the finding added.
 */
bool identity_take_any(const struct identity_reader *reader, struct slice value);
bool identity_take_ip(const struct identity_reader *reader, uint32_t ip);
bool identity_take_net(const struct identity_reader *reader, uint32_t ip, unsigned length);
bool identity_take_range(const struct identity_reader *reader, uint32_t first, uint32_t last);
bool identity_take_name(const struct identity_reader *reader, struct slice value);
bool identity_take_email(const struct identity_reader *reader, struct slice value);
bool identity_take_key(const struct identity_reader *reader, struct slice value);
bool identity_take_der(const struct identity_reader *reader, struct slice der);
/* False without a finding if VALUE is no distinguished name. */
bool identity_take_dn(const struct identity_reader *reader, struct slice value);

/* Always false: WI413 that VALUE's words are WHY, with HELP or NULL; WI206. */
bool identity_refuse(const struct identity_reader *reader, const char *why, const char *help);
bool identity_refuse_ipv6(const struct identity_reader *reader);

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
/* VALUE without its first COUNT bytes. */
struct slice identity_cut(struct slice value, size_t count);

#endif

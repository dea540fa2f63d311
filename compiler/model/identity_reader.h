/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_IDENTITY_READER_H
#define WEIPSEC_IDENTITY_READER_H

#include "compiler/model/identity.h"
#include "compiler/model/identity_parts.h"

/* What identity.c and identity_deduce.c share: one value on its way to an identity, or to a flaw.
 */
struct identity_reader {
	struct arena *arena;
	struct identity *identity;
	struct identity_flaw *flaw;
};

/* VALUE without a type word: the type is what strongSwan makes of it. */
bool identity_deduce(const struct identity_reader *reader, struct slice value);

/* The bytes behind a type that is a distinguished name. */
bool identity_read_der(const struct identity_reader *reader, struct slice der);

#define IDENTITY_DER_HELP                                                                          \
	"write the DER of the certificate's subject: 0x30 and more pairs of hex digits"

/* VALUE as it is: a name, an email address or a key ID. */
static inline bool identity_take_text(const struct identity_reader *reader, enum identity_type type,
				      struct slice value)
{
	return identity_from_text(reader->arena, type, value, reader->identity);
}

/* Always false: RULE, since the value WHY, with HELP or NULL. */
static inline bool identity_refuse_by(const struct identity_reader *reader, enum rule rule,
				      const char *why, const char *help)
{
	*reader->flaw = (struct identity_flaw){.rule = rule, .why = why, .help = help};
	return false;
}

/* The same for WI413. */
static inline bool identity_refuse(const struct identity_reader *reader, const char *why,
				   const char *help)
{
	return identity_refuse_by(reader, WI413, why, help);
}

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ROUND_H
#define WEIPSEC_ROUND_H

#include "compiler/compare/exchange.h"

/* One exchange while it is gone through: exchange.c in the order of the messages. */
struct round {
	const struct end *starter;
	const struct end *answerer; /* who was meant */
	struct end answer;	    /* who takes it */
	struct exchange *to;
	const struct tunnel *key, *answer_key; /* whose secrets are used */
	struct proposals *starter_ike, *room; /* of kilobytes, which nobody has to clear */
	bool is_translated;
};

/* Whom the address that is asked leads to: the end that is meant, or, with a NAT before it, it as
 * well. */
bool round_reaches(const struct round *round);
/* How well the addresses of TUNNEL, of the gateway that is asked, fit; 0: not at all. */
unsigned round_address_quality(const struct round *round, const struct tunnel *tunnel);
/* The address that who answers sees who starts at. */
struct address round_address_seen(const struct round *round);

/* How it ends. */
void round_end(struct round *round, enum outcome outcome, enum refusal refusal, enum cause cause);
/* The same without an IKE_SA; false. */
bool round_refuse(struct round *round, enum refusal refusal, enum cause cause);
/* The same with what is MISSING (enum missing); false. */
bool round_cannot_tell(struct round *round, unsigned missing);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_EXCHANGE_H
#define WEIPSEC_EXCHANGE_H

#include "compiler/compare/gateway.h"
#include "compiler/tables/reason.h"

/*
 * What becomes of one tunnel when one end of it starts, exchange by exchange, as two charons would
 * decide (strongswan.md).  Pure: two gateways in, an account out.
 */

/* From the best to the worst, as far as they are compared. */
enum outcome {
	OUTCOME_UP,
	OUTCOME_ON_TRAFFIC,
	OUTCOME_LOST_AT_REKEY,
	OUTCOME_UNKNOWN,
	OUTCOME_NO_CHILD,
	OUTCOME_NO_IKE,
	OUTCOME_UNMATCHED,
	OUTCOME_DISABLED,
	OUTCOME_INVALID
};

enum refusal {
	REFUSAL_NONE,
	REFUSAL_NO_PROPOSAL_CHOSEN,
	REFUSAL_AUTHENTICATION_FAILED,
	REFUSAL_REFUSED_BY_STARTER,
	REFUSAL_UNDECRYPTABLE,
	REFUSAL_TS_UNACCEPTABLE,
	REFUSAL_INVALID_ID_INFORMATION,
	REFUSAL_NO_ANSWER
};

/* What decided. */
enum cause {
	CAUSE_NONE,
	CAUSE_UNREACHED,  /* nobody has the address that is asked */
	CAUSE_UNEXPECTED, /* nobody there expects the one who asks, in this version */
	CAUSE_IKE,
	CAUSE_NO_TUNNEL, /* no tunnel there fits the identities */
	CAUSE_METHOD,
	CAUSE_SECRET,
	CAUSE_OTHER_SECRET, /* those of both are equal, but one of another tunnel was taken */
	CAUSE_NO_SECRET,    /* there is none for what is known of the identities */
	CAUSE_CERTIFICATE,  /* that of the end that starts */
	CAUSE_ANSWER_CERTIFICATE,
	CAUSE_WRONG_IDENTITY, /* the one who answers is not who was asked for */
	CAUSE_SELECTORS,
	CAUSE_ESP,
	CAUSE_REKEY
};

/* What WeOS shows. */
enum shown_state { SHOWN_NOTHING, SHOWN_UP, SHOWN_IKE, SHOWN_CONNECTING, SHOWN_UNKNOWN };

/* What is missing to tell, bits. */
enum missing {
	MISSING_STARTER_CERTIFICATE = 1,
	MISSING_ANSWER_CERTIFICATE = 2,
	MISSING_STARTER_SECRET = 4,
	MISSING_ANSWER_SECRET = 8,
	MISSING_STARTER_ADDRESS = 16,
	MISSING_ANSWER_ADDRESS = 32,
	MISSING_STARTER_LIST = 64, /* the CRLs that its certificate rests on */
	MISSING_ANSWER_LIST = 128,
	MISSING_STARTER_CHOICE = 256, /* which of several certificates it takes, in version 1 */
	MISSING_ANSWER_CHOICE = 512
};

/* Why a certificate is not taken: what `status' of the end that refuses it says, and what the files
 * tell besides. */
struct refused_certificate {
	enum reason reason;
	const char *more; /* of static duration, begins with `: '; empty: nothing */
};

/* The networks behind both ends of a CHILD_SA. */
struct selected {
	struct subnet starter, answerer;
};

/* Who of the two rekeys. */
enum rekeyer { REKEYER_STARTER, REKEYER_ANSWERER, REKEYERS };

struct exchange {
	bool possible; /* false: this end cannot start, and the rest is of no meaning */
	enum outcome outcome;
	enum refusal refusal;
	enum cause cause;
	const struct tunnel
	    *answer; /* the tunnel that the other end takes, once it has taken one */
	/* for CAUSE_OTHER_SECRET: whose secret was taken, at the end that starts or at the other */
	const struct tunnel *taken;
	bool is_taken_by_starter;
	/* who starts has another tunnel with these identities there: one drops the other */
	const struct tunnel *rival;
	unsigned missing;			/* for OUTCOME_UNKNOWN */
	struct refused_certificate certificate; /* for the causes that are one */
	bool has_ike, has_esp;			/* agreed on so far */
	struct agreement ike, esp;
	struct agreement ike_rekeyed; /* of version 2, with has_esp: between these two tunnels */
	/* what a forced rekeying of either end comes to, with has_esp; false: it is refused */
	bool rekeys[REKEYERS];
	struct agreement rekeyed[REKEYERS];
	bool key_again;		  /* INVALID_KE_PAYLOAD: one more round */
	struct selected selected; /* known with has_esp */
	bool narrowed;
	enum shown_state starter, answerer;		/* after the first exchange */
	enum shown_state starter_later, answerer_later; /* after the first loss */
};

/* What an end that does not want METHOD says of its peer. */
static inline enum reason reason_of_method(enum method method)
{
	return method == METHOD_CERT ? REASON_USES_CERTIFICATES : REASON_USES_SECRET;
}

/* STARTER starts, and ANSWERER is who it is meant for. */
void exchange_predict(const struct end *starter, const struct end *answerer,
		      struct exchange *exchange);

/* Reauthentications of version 2 come before each rekeying of A and B, and make the CHILD_SA anew.
 */
bool exchange_holds_by_reauthentication(const struct tunnel *a, const struct tunnel *b);

/* The effective subnet of TUNNEL: its outer address where none is set. */
struct subnet tunnel_local(const struct tunnel *tunnel);
/* PEER stands for a remote-subnet that is not set. */
struct subnet tunnel_remote(const struct tunnel *tunnel, uint32_t peer);
/* What two have in common; false: nothing. */
bool subnet_intersect(struct subnet a, struct subnet b, struct subnet *common);
bool subnet_equal(struct subnet a, struct subnet b);
/* A NAT may stand before OWN, a private address, that is reached as ASKED. */
bool address_is_forwarded(uint32_t asked, uint32_t own);
/* STARTER's packets pass a NAT: they have another address when they arrive. */
bool end_is_translated(const struct tunnel *starter);

#endif

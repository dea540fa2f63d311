/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ATTEMPT_H
#define WEIPSEC_ATTEMPT_H

#include "compiler/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What charon's log tells of one IKE_SA while it is made, by anybody: what is said when it fails
 * rests on that.
 */

#define ATTEMPT_IDENTITY 80 /* room for an identity, made printable */
#define ATTEMPT_SUITES 200
#define ATTEMPTS 32 /* that are known at once; the oldest is forgotten */

struct attempt {
	long long sa;	/* charon's number of it; 0: none */
	long long since; /* milliseconds: when it was established */
	uint32_t ip;	/* of the peer; 0: not known */
	int version;	/* 0: not known */
	bool is_ours;	/* this end began it */
	bool is_answered;
	bool is_established;
	bool is_beyond_nat;
	bool has_asked;	   /* for a CRL, or by OCSP, of the certificate that is looked at */
	bool is_unchecked; /* it asked in vain */
	bool is_refused;   /* by the peer, which ended it with AUTHENTICATION_FAILED */
	bool lacks_child;  /* the peer takes no ESP suite, and says nothing beside */
	char peer[ATTEMPT_IDENTITY];   /* who the peer says it is, which may not be proven */
	char wanted[ATTEMPT_IDENTITY]; /* whom it asks for */
	char suites[ATTEMPT_SUITES];   /* what it offered, as WeOS has it */
};

struct attempts {
	struct attempt all[ATTEMPTS];
	size_t next; /* whose place is taken next */
};

/* The IKE_SA number SA, which is new if it is not known. */
struct attempt *attempt_find(struct attempts *attempts, long long sa);
/* LINE is of charon's log about ATTEMPT. */
void attempt_note(struct attempt *attempt, struct slice line, long long now);

/* True if WORDS are in LINE. */
bool line_has(struct slice line, const char *words);
/*
 * What stands in LINE behind BEFORE and in front of AFTER (NULL: its end), with its `at' NULL if
 * nothing does.
 */
struct slice line_between(struct slice line, const char *before, const char *after);
/* The IPv4 address that WORD is; 0 if it is none. */
uint32_t line_address(struct slice word);

#endif

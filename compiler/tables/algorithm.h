/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ALGORITHM_H
#define WEIPSEC_ALGORITHM_H

#include "compiler/base/text.h"

#include <stddef.h>

/* CBC and CTR want `auth', AEAD (CCM, GCM) wants `prf' in `ike' and nothing in `esp'. */
enum algorithm_kind {
	ALGORITHM_CBC,
	ALGORITHM_CTR,
	ALGORITHM_AEAD,
	ALGORITHM_AUTH,
	ALGORITHM_PRF,
	ALGORITHM_DH
};

enum algorithm_id {
#define ALGORITHM(symbol, word, kind, key_bits, icv, strength, ikev1, rfc, swanctl)                \
	ALGORITHM_##symbol,
#include "schemas/algorithms.def"
	ALGORITHM_COUNT
};

struct algorithm {
	const char *word;
	const char *swanctl; /* strongSwan's keyword */
	enum algorithm_kind kind;
	unsigned key_bits;
	unsigned icv;	   /* bytes */
	unsigned strength; /* bits */
	unsigned rfc;
	int ikev1; /* usable in phase 1 of version 1 */
};

extern const struct algorithm algorithm_table[ALGORITHM_COUNT];

/* The places of a suite. */
enum suite_slot { SUITE_CIPHER, SUITE_AUTH, SUITE_PRF, SUITE_DH, SUITE_SLOTS };

/* What a word is in a slot; each field NULL where it does not apply. */
struct algorithm_match {
	const struct algorithm *exact;
	const struct algorithm *bits;	 /* WeOS's word for a length in bits */
	const char *instead;		 /* known elsewhere: the nearest that WeOS has */
	const struct algorithm *nearest; /* a misspelling of this one */
	int certain;			 /* and of no other at distance 1 */
};

/* The place of a suite that an algorithm of this kind stands in. */
enum suite_slot algorithm_slot(enum algorithm_kind kind);
struct algorithm_match algorithm_match(enum suite_slot slot, struct slice word);
/* 1 if WORD is an algorithm, of WeOS or another, in any slot and any case. */
int algorithm_is_known(struct slice word);
/* The words that fit SLOT, as "a, b or c" into BUFFER of SIZE bytes. */
void algorithm_list(enum suite_slot slot, char *buffer, size_t size);
/* The word of a slot: cipher, auth, prf, dh. */
const char *suite_slot_word(enum suite_slot slot);

#endif

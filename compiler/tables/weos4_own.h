/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WEOS4_OWN_H
#define WEIPSEC_WEOS4_OWN_H

#include "compiler/tables/algorithm.h"

/* The algorithms that WeOS 4 has and WeOS 5 has not. */
enum weos4_own {
#define WEOS4_ALGORITHM(symbol, word, kind, key_bits, icv, strength, rfc, swanctl, instead, flaw)  \
	WEOS4_OWN_##symbol,
#include "schemas/weos4.def"
	WEOS4_OWN_COUNT
};

extern const struct algorithm weos4_own[WEOS4_OWN_COUNT];

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_STRENGTH_H
#define WEIPSEC_STRENGTH_H

#include "compiler/base/text.h"

/* What a guesser makes of a secret: docs/secrets.md has the method. */
struct strength {
	unsigned bits;	   /* the estimate, rounded down */
	unsigned repeated; /* bytes that repeat what stands before them */
	unsigned sequence; /* bytes in runs of the alphabet, of digits or of the keyboard */
	unsigned longest;  /* the longest such run */
};

/* The strength of a decoded SECRET.  The bytes are looked at and not kept. */
struct strength strength_of(struct slice secret);

/* What is guessable in it: a C string for a message, or NULL. */
const char *strength_pattern(const struct strength *strength, size_t length);

#endif

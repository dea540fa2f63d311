/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_IDENTITY_H
#define WEIPSEC_IDENTITY_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"
#include "compiler/tables/rule.h"

/* The type words of local-id and remote-id; no word is IDENTITY_WORD_AUTODETECT. */
enum identity_word {
	IDENTITY_WORD_AUTODETECT,
	IDENTITY_WORD_INET,
	IDENTITY_WORD_NAME,
	IDENTITY_WORD_EMAIL,
	IDENTITY_WORD_KEY,
	IDENTITY_WORD_DN
};

/* The word WORD stands for (exact, `autodetect' included), or -1 if it is no type word. */
int identity_word_find(struct slice word);

/* Why a value is no identity. */
struct identity_flaw {
	enum rule rule;
	const char *why;  /* a sentence's end, to stand behind the value in quotes */
	const char *help; /* what to write, or NULL */
	bool whole;	  /* WHY is a sentence of its own, without the value */
};

/*
 * Reads VALUE (quotes already stripped) as an identity of type WORD; without a type it is deduced
 * as strongSwan's identity parser does it (strongswan.md, section 4).  Copies come from ARENA.
 * False with FLAW filled (WI413, WI415, WI206); without memory its `why' is NULL.
 */
bool identity_parse(struct arena *arena, enum identity_word word, struct slice value,
		    struct identity *identity, struct identity_flaw *flaw);

/* The word that WeOS shows for a type: inet, name, email, key, dn, ... */
const char *identity_type_name(enum identity_type type);

#endif

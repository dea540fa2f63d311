/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_IDENTITY_H
#define WEIPSEC_IDENTITY_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"

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

/*
 * Reads VALUE, which stands AT in the text (quotes already stripped), as an identity of type WORD;
 * without a type it is deduced as strongSwan's identity parser does it (strongswan.md, section 4).
 * Copies go to the findings' arena.  Returns false with the finding (WI413, WI415, WI206) added.
 */
bool identity_read(struct findings *findings, struct span at, enum identity_word word,
		   struct slice value, struct identity *identity);

/* The identity that an IPv4 address stands for (automatic ones), with its key. */
bool identity_from_ip(struct arena *arena, uint32_t ip, struct identity *identity);

/*
 * Makes IDENTITY a name, an email address or a key ID, with its key from ARENA; its form stays.
 * False without memory.
 */
bool identity_from_text(struct arena *arena, enum identity_type type, struct slice value,
			struct identity *identity);

/* The word that WeOS shows for a type: inet, name, email, key, dn, ... */
const char *identity_type_name(enum identity_type type);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CURSOR_H
#define WEIPSEC_CURSOR_H

#include "compiler/compilation/compilation.h"
#include "grammar/grammar.h"

#include <stdbool.h>

/* Where a place stands: in which context, and among which words of its line. */

/* Of a line with more of them the first. */
#define CURSOR_WORDS 32

struct cursor {
	uint32_t at;
	enum grammar_place
	    place;  /* behind the path that stands before the words, if there is one */
	int32_t id; /* of the instance that the words belong to, or -1 */
	bool is_negated;
	bool is_header; /* it is on `ipsec ID', which names an instance or enters it */
	bool is_comment;
	/* the words behind the path and a `no': a setting and its values */
	struct span words[CURSOR_WORDS];
	size_t count;
	size_t index; /* of the word that it is in, or ends; `count', or the next one, of none */
	struct span word; /* that one; empty if there is none */
};

/* An instance as it stands in the text: from its header to its end, or to what cuts it short. */
struct cursor_instance {
	int32_t id;
	struct span header, whole;
};

/* Finds out of AT, a byte of the text of COMPILATION.  False without memory. */
bool cursor_read(struct cursor *cursor, struct compilation *compilation, uint32_t at);
/*
 * The instances of the text in their order, from malloc(), and how many.  NULL without memory.
 */
struct cursor_instance *cursor_instances(struct compilation *compilation, size_t *count);
/* The tunnel with ID, or NULL. */
const struct tunnel *cursor_tunnel(const struct compilation *compilation, int32_t id);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TELLING_INDEX_H
#define WEIPSEC_TELLING_INDEX_H

#include "compiler/base/text.h"
#include "compiler/model/spelling.h"

#include <stdbool.h>

struct arena;

/*
 * Secrets in all their forms, to be found wherever they begin.  There may be 60,000 of them, and 18
 * MB to be looked through, so only every few bytes are looked at: eight of them, of which a filter
 * says whether any secret has them near its beginning, or four, where a secret is that short.
 * Another filter says whether one begins with them, and is hardly ever wrong.  Where it says so
 * the secret is looked for among all in their order, so that the time is that of the bytes and of
 * sorting the secrets, whatever they have in common.  Most texts have none to be sorted for, and
 * there the filters are all that is made.
 */

/* A secret as it is WRITTEN, and what that comes to. */
struct telling_secret {
	struct slice written, bytes;
};

/* A secret in one of its forms. */
struct telling_form {
	uint64_t key; /* its first bytes in whatever case, in their order */
	const char *at;
	uint32_t length;
	bool is_cut;	  /* this is its beginning */
	uint32_t shorter; /* the longest that this one begins with, by its number and 1; 0: none */
};

/* What may be in bytes of a text, case aside. */
struct telling_filter {
	uint64_t *words;
	size_t gram; /* so many bytes at a time */
	unsigned shift;
};

struct telling_index {
	struct arena *spelled; /* of secrets: what was made of them, and is one */
	struct telling_secret *secrets;
	size_t secret_count;
	size_t least; /* bytes that the shortest form has; 0: there is none */
	size_t gram, stride;
	struct telling_form *forms; /* in order; NULL until they are asked for */
	size_t count;
	bool failed;
	struct telling_filter begins; /* what they begin with: in each of three words some bits */
	struct telling_filter near;   /* that, and what stands up to a stride behind it */
};

/*
 * For COUNT secrets, of which SPELLED, which is of secrets, too, and outlives it, takes what is
 * made of them.  To be freed in any case.
 */
void telling_index_init(struct telling_index *index, size_t count, struct arena *spelled);
void telling_index_free(struct telling_index *index);
/*
 * A secret as it is WRITTEN and in BYTES, which may be the same or empty, and stay where they are
 * until the index is freed; and in the letters that it can be spelled in.  Not more of them than it
 * is for.
 */
void telling_index_add(struct telling_index *index, struct slice written, struct slice bytes);
/* What WORD, which was to be an encoded secret and could not be read, stands for. */
void telling_index_add_meant(struct telling_index *index, struct slice word);
/* Before the first search.  False without memory. */
bool telling_index_ready(struct telling_index *index);
/* False: none begins with BYTES. */
bool telling_index_may_begin(const struct telling_index *index, struct slice bytes);
/* Puts all forms in order, unless they are: before what follows.  False without memory. */
bool telling_index_order(struct telling_index *index);
/* The longest that BYTES, with which one may, begin with, or NULL. */
const struct telling_form *telling_index_begin(const struct telling_index *index,
					       struct slice bytes);
/*
 * Where AT, or whole strides behind, are `gram' bytes of BYTES that may be of one that begins less
 * than a stride before?  The length of BYTES: nowhere.
 */
size_t telling_index_near(const struct telling_index *index, struct slice bytes, size_t at);
/* The first place of BYTES where one begins, or their length. */
size_t telling_index_find(const struct telling_index *index, struct slice bytes);
/* Does any secret stand in BYTES in letters that are read back (spelling.h)? */
bool telling_index_has_letters(const struct telling_index *index, struct slice bytes);

#endif

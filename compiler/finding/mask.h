/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MASK_H
#define WEIPSEC_MASK_H

#include "compiler/base/text.h"

#include <stdbool.h>

/* Of what stands behind so many words, or behind so many spans, nothing is shown. */
#define MASK_WORDS 128
#define MASK_SPANS 32

/*
 * What of a line may be shown: words that are known to be harmless (of the language or nearly,
 * numbers, addresses, algorithms), and the value of a setting that was recognised and is not
 * `secret'.  Every other word, or the rest of one, is shown as `****'.
 */
struct mask {
	struct span shown[MASK_SPANS]; /* bytes of the line, in order; blanks are shown anywhere */
	size_t count;
	bool has_secret; /* a word like `secret' stands in it, or it was not read to its end */
};

/* The mask of the line that was read last: findings of a line come one behind the other. */
struct mask_kept {
	struct mask mask;
	struct slice line;	 /* without bytes: none was read */
	const struct span *told; /* of its text, as far as they were known */
	size_t told_count;
};

/* Reads LINE, a line of TEXT. */
void mask_read(struct mask *mask, const struct text *text, struct slice line);
/*
 * The mask of LINE, a line of TEXT, read anew if KEPT, which is zeroed at first, has another's.
 * KEPT is for one text alone, and no longer than its bytes stay as they are.
 */
const struct mask *mask_keep(struct mask_kept *kept, const struct text *text, struct slice line);
/* True if one of AT, bytes of TEXT, is of a word that has a secret which stands elsewhere, too. */
bool mask_tells(const struct text *text, struct span at);
/* True if all of AT, bytes of the line, may be shown. */
bool mask_shows(const struct mask *mask, struct span at);
/*
 * Behind which byte of LINE, which MASK was made of, what is masked AT a byte ends; AT if that may
 * be shown.
 */
uint32_t mask_end(const struct mask *mask, struct slice line, uint32_t at);
/*
 * AT of LINE, which MASK was made of, into BUFFER of SIZE bytes: what may be shown as it stands,
 * `****' for the rest of each word.  Returns the length, SIZE if it was cut.
 */
size_t mask_copy(const struct mask *mask, struct slice line, struct span at, char *buffer,
		 size_t size);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TREE_H
#define WEIPSEC_TREE_H

#include <stdbool.h>
#include <stddef.h>

/* What a folder holds: the regular files in it and below it, and their bytes, and where links lead.
 */
struct tree {
	struct tree_file *files;
	size_t count;
};

/* False with errno if FOLDER could not be read; what was read of it is to be freed even so. */
bool tree_read(struct tree *tree, const char *folder);
void tree_free(struct tree *tree);
/* Makes FOLDER hold what TREE does: what else is in it goes.  False with errno. */
bool tree_write(const struct tree *tree, const char *folder);
bool tree_is(const struct tree *a, const struct tree *b);
/*
 * The name of a file in TREE that is neither as in BEFORE nor as in AFTER, or of one that both have
 * and TREE has not; NULL if there is none.
 */
const char *tree_odd(const struct tree *tree, const struct tree *before, const struct tree *after);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TREE_H
#define WEIPSEC_TREE_H

#include "grammar/lines.h"

/*
 * Adds a command that stands on LINE to the tree: from its KEYWORD to the last of its COUNT WORDS,
 * which are copied.  NULL without memory.
 */
struct ast_command *tree_add(const struct line *line, enum ast_kind kind, struct span keyword,
			     const struct ast_word *words, size_t count);
/* Hands over to the reader's taker what waits for it. */
void tree_hand_over(struct reader *reader);

#endif

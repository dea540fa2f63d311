/* SPDX-License-Identifier: ISC */
/* The tree, of which there is never more than a few commands. */
#include "grammar/tree.h"

#include <string.h>

/* So many commands are handed over at once: few enough for their memory to stay near. */
#define TREE_BATCH 64

void tree_hand_over(struct reader *reader)
{
	if (reader->first)
		reader->taker->take(reader->taker->to, reader->first);
	reader->first = NULL;
	reader->last = &reader->first;
	reader->waiting = 0;
	arena_reset(reader->tree);
}

/* A carriage return inside of the command spoils all of its words. */
static void mark_bad(struct ast_command *node)
{
	for (uint32_t i = 0; i < node->count; i++)
		node->words[i].flags |= AST_BAD;
}

struct ast_command *tree_add(const struct line *line, enum ast_kind kind, struct span keyword,
			     const struct ast_word *words, size_t count)
{
	struct reader *reader = line->reader;
	struct ast_command *node;

	/* what is in the tree is complete: a foreign context under `tunnel' has ended */
	if (reader->waiting++ == TREE_BATCH)
		tree_hand_over(reader);
	node = arena_alloc(reader->tree, offsetof(struct ast_command, words) +
					     count * sizeof(node->words[0]));
	if (!node) {
		reader->failed = true;
		return NULL;
	}
	node->kind = kind;
	node->keyword = keyword;
	node->at = (struct span){keyword.from, count ? words[count - 1].at.to : keyword.to};
	node->count = (uint32_t)count;
	if (count)
		memcpy(node->words, words, count * sizeof(node->words[0]));
	if (line->broken)
		mark_bad(node);
	node->weos4 = reader->ast->weos4;
	node->prompted = line->is_prompted;
	node->since = line->since;
	*reader->last = node;
	reader->last = &node->next;
	return node;
}

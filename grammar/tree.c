/* SPDX-License-Identifier: ISC */
/* The tree while it grows. */
#include "grammar/tree.h"

static void copy_words(struct ast_command *node, const struct ast_word *words, size_t count,
		       bool broken)
{
	node->count = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		node->words[i] = words[i];
		node->words[i].flags |= broken ? AST_BAD : 0;
	}
}

struct ast_command *tree_add(const struct line *line, enum ast_kind kind, struct span keyword,
			     const struct ast_word *words, size_t count)
{
	struct reader *reader = line->reader;
	struct ast *ast = reader->ast;
	struct ast_command *node = arena_alloc(reader->findings->arena,
					       sizeof(*node) + count * sizeof(node->words[0]));

	if (!node) {
		reader->failed = true;
		return NULL;
	}
	node->kind = kind;
	node->keyword = keyword;
	node->at = (struct span){keyword.from, count ? words[count - 1].at.to : keyword.to};
	copy_words(node, words, count, line->broken);
	node->prompted = line->is_prompted;
	node->since = line->since;
	*ast->last = node;
	ast->last = &node->next;
	return node;
}

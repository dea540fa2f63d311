/* SPDX-License-Identifier: ISC */
#include "compiler/lower/transactions.h"

#include "grammar/grammar.h"

#include <stdlib.h>
#include <string.h>

static bool ends_transaction(enum ast_kind kind)
{
	return kind == AST_BEGIN || kind == AST_COMMIT || kind == AST_ABORT;
}

static void append(struct transactions *transactions, bool aborted)
{
	if (transactions->count == transactions->room) {
		size_t room = transactions->room ? transactions->room * 2 : 64;
		bool *list = realloc(transactions->aborted, room * sizeof(*list));

		transactions->failed = transactions->failed || !list;
		if (!list)
			return;
		transactions->aborted = list;
		transactions->room = room;
	}
	transactions->aborted[transactions->count++] = aborted;
}

static void take(void *to, const struct ast_command *command)
{
	for (; command; command = command->next) {
		if (ends_transaction(command->kind))
			append(to, command->kind == AST_ABORT);
	}
}

/* Most texts have no such word, and are read once. */
static bool may_abort(const struct text *text)
{
	static const char word[] = "abort";

	return memmem(text->bytes, text->size, word, sizeof(word) - 1) != NULL;
}

bool transactions_find(struct transactions *transactions, struct text *text,
		       bool (*is_setting)(struct slice word))
{
	const struct grammar_taker taker = {.take = take, .to = transactions};
	struct findings unheard; /* the second reading has them too */
	struct arena *arena;
	bool read;

	if (!may_abort(text))
		return true;
	arena = arena_new();
	if (!arena)
		return false;
	findings_init(&unheard, arena, text);
	read = grammar_read(text, &unheard, is_setting, &taker) != NULL;
	arena_free(arena);
	return read && !transactions->failed;
}

bool transactions_discard(const struct transactions *transactions)
{
	return transactions->now < transactions->count &&
	       transactions->aborted[transactions->now];
}

void transactions_pass(struct transactions *transactions, enum ast_kind kind)
{
	transactions->now += ends_transaction(kind);
}

void transactions_free(struct transactions *transactions)
{
	free(transactions->aborted);
}

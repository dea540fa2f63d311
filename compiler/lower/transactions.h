/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TRANSACTIONS_H
#define WEIPSEC_TRANSACTIONS_H

#include "compiler/base/text.h"
#include "grammar/ast.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A text is a row of transactions: `configure', `leave' and `abort' end one each.  What stands
 * before an `abort' is discarded, so a text that may have one is read twice: first for the ends of
 * its transactions alone.
 */
struct transactions {
	bool *aborted; /* of each that has an end; none if nothing is discarded */
	size_t count;
	size_t room;
	size_t now; /* the one that is being read */
	bool failed;
};

/* Finds those of TEXT.  IS_SETTING is for grammar_read().  False without memory. */
bool transactions_find(struct transactions *transactions, struct text *text,
		       bool (*is_setting)(struct slice word));
/* True if the commands that are read now are to be discarded. */
bool transactions_discard(const struct transactions *transactions);
/* Behind each command, of KIND. */
void transactions_pass(struct transactions *transactions, enum ast_kind kind);
void transactions_free(struct transactions *transactions);

#endif

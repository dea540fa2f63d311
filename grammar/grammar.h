/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GRAMMAR_H
#define WEIPSEC_GRAMMAR_H

#include "compiler/finding/finding.h"
#include "grammar/ast.h"

/*
 * Takes commands while they are read: some at a time, in their order.  They are gone when it
 * returns.
 */
struct grammar_taker {
	void (*take)(void *to, const struct ast_command *first);
	void *to;
};

/*
 * Reads TEXT, hands its commands to TAKER, and adds the findings on its form.  IS_SETTING tells the
 * words that `ipsec ID' knows: under `tunnel' these never open a context.  What it returns lies in
 * the findings' arena; NULL without memory.  Any text can be read: of a line that cannot there is a
 * finding, and no command.
 */
struct ast *grammar_read(struct text *text, struct findings *findings,
			 bool (*is_setting)(struct slice word), const struct grammar_taker *taker);

#endif

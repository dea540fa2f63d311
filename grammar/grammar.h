/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GRAMMAR_H
#define WEIPSEC_GRAMMAR_H

#include "compiler/finding/finding.h"
#include "grammar/ast.h"

/* Whose line it is, before what it says. */
enum grammar_place {
	PLACE_OUTSIDE, /* foreign text, or what begins a context of ours */
	PLACE_TUNNEL,
	PLACE_IPSEC,
	PLACE_CHILD, /* of another context under `tunnel' */
	PLACE_ANSWER /* a session's: what a device said, and what made it */
};

struct grammar_line {
	uint32_t from;
	uint32_t typed; /* behind a prompt, and what a pager left */
	enum grammar_place place;
	bool prompted;
};

/*
 * Takes commands while they are read: some at a time, in their order.  They are gone when it
 * returns.
 */
struct grammar_taker {
	void (*take)(void *to, const struct ast_command *first);
	void *to;
	/* NULL, or takes each line as it begins, ahead of its commands: then every context is a
	 * command as well. */
	void (*line)(void *to, const struct grammar_line *line);
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

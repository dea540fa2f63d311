/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_READER_H
#define WEIPSEC_READER_H

#include "compiler/finding/finding.h"
#include "grammar/ast.h"
#include "grammar/grammar.h"

#include <stdbool.h>

/* One reading: what all parts of it have at hand.  Internal to grammar/. */
struct reader {
	struct text *text;
	struct findings *findings;
	struct ast *ast;
	const struct grammar_taker *taker;
	struct arena *tree; /* where the commands lie that wait for it */
	struct ast_command *first;
	struct ast_command **last;
	size_t waiting;
	bool (*is_setting)(struct slice word);
	bool failed; /* out of memory */
};

/* True if the text is not to be read at all, by WI117 or WI119, which are added. */
bool reader_is_refused(struct reader *reader);
/* WI119: AT is no CLI text, as MESSAGE says. */
void reader_refuse(struct reader *reader, struct span at, const char *message);
/* The same for a JSON document, which `--device' may take. */
void reader_refuse_json(struct reader *reader, struct span at, const char *message);

#endif

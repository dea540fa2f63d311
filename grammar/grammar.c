/* SPDX-License-Identifier: ISC */
/* Whole texts: the run of scanner and parser. */
#include "grammar/grammar.h"

#include "grammar/command.h"
#include "grammar/scan.h"
#include "grammar/tree.h"
#include "parse.h"

#include <stdlib.h>

static void run_parser(struct reader *reader)
{
	struct line line = {.reader = reader, .in_header = true};
	struct context context = {.line = &line,
				  .session.is_one = session_detect(reader->text),
				  .ending = ENDING_NONE};
	struct command command = {.context = &context};
	void *scanner = scan_open(&context);

	if (!scanner || weos_parse(scanner, &command) != 0)
		reader->failed = true;
	if (scanner)
		scan_close(scanner);
	ending_find(&context);
	context_close_all(&context);
	free(command.words);
}

static struct ast *run_reader(struct reader *reader)
{
	struct ast *ast = arena_alloc(reader->findings->arena, sizeof(*ast));

	if (!ast || !reader->tree)
		return NULL;
	reader->ast = ast;
	ast->refused = reader_is_refused(reader);
	if (!ast->refused)
		run_parser(reader);
	tree_hand_over(reader);
	return reader->failed ? NULL : ast;
}

struct ast *grammar_read(struct text *text, struct findings *findings,
			 bool (*is_setting)(struct slice word), const struct grammar_taker *taker)
{
	struct reader reader = {
	    .text = text,
	    .findings = findings,
	    .is_setting = is_setting,
	    .taker = taker,
	    .tree = arena_new(),
	};
	struct ast *ast;

	reader.last = &reader.first;
	ast = run_reader(&reader);
	arena_free(reader.tree);
	return ast;
}

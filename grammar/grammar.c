/* SPDX-License-Identifier: ISC */
/* Whole texts: the run of scanner and parser. */
#include "grammar/grammar.h"

#include "grammar/command.h"
#include "grammar/scan.h"
#include "parse.h"

#include <stdlib.h>

static void run_parser(struct reader *reader)
{
	struct line line = {.reader = reader, .in_header = true};
	struct context context = {.line = &line, .session.is_one = session_detect(reader->text)};
	struct command command = {.context = &context};
	void *scanner = scan_open(&context);

	if (!scanner || weos_parse(scanner, &command) != 0)
		reader->failed = true;
	if (scanner)
		scan_close(scanner);
	context_close_all(&context);
	free(command.words);
}

struct ast *grammar_read(struct text *text, struct findings *findings,
			 bool (*is_setting)(struct slice word))
{
	struct reader reader = {.text = text, .findings = findings, .is_setting = is_setting};

	reader.ast = arena_alloc(findings->arena, sizeof(*reader.ast));
	if (!reader.ast)
		return NULL;
	reader.ast->last = &reader.ast->first;
	reader.ast->refused = reader_is_refused(&reader);
	if (!reader.ast->refused)
		run_parser(&reader);
	return reader.failed ? NULL : reader.ast;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/answers.h"
#include "compiler/lsp/replacing.h"
#include "compiler/rewrite/format.h"

#include <stdio.h>

static json_t *refuse(struct asking *asking, const char *why)
{
	asking->error = RPC_FAILED;
	snprintf(asking->why, sizeof(asking->why), "not formatted: %s", why);
	return NULL;
}

/* The first finding for which a text is left alone. */
static json_t *refuse_finding(struct asking *asking, struct compilation *compilation)
{
	const struct finding *at = compilation->findings.first;

	while (at && !format_is_refused_by(at))
		at = at->next;
	if (!at)
		return NULL;
	asking->error = RPC_FAILED;
	snprintf(asking->why, sizeof(asking->why), "not formatted: line %u: %s [%s]",
		 text_place(compilation->text, at->at.from).line, at->message,
		 rule_table[at->rule].id);
	return NULL;
}

static json_t *format(struct asking *asking, struct compilation *compilation,
		      const struct surroundings *surroundings)
{
	unsigned indent = asking->document->neighbours.indent;
	struct text *after = NULL;
	json_t *edits = NULL;

	switch (format_run(compilation, surroundings, indent ? indent : FORMAT_INDENT, &after)) {
	case FORMAT_DONE:
		edits = replacing_lines(asking, after);
		break;
	case FORMAT_REFUSED:
		return refuse_finding(asking, compilation);
	case FORMAT_CHANGES:
		return refuse(asking, format_changes_why);
	case FORMAT_MEMORY:
		break;
	}
	text_free(after);
	return edits;
}

/* `fmt' knows a text's dialect by its header, whatever a project file says of it to `check'. */
json_t *answer_formatting(struct asking *asking)
{
	static const struct surroundings surroundings = {.dialect = -1};
	const struct text *text = asking->compilation->text;
	struct compilation *own;
	struct text *copy;
	json_t *edits;

	if (format_is_of_session(text))
		return refuse(asking, "of a session only a copy can be: print it to another file");
	copy = text_new(text->name, text->bytes, text->size);
	own = copy ? compilation_new(copy, &surroundings) : NULL;
	edits = own ? format(asking, own, &surroundings) : NULL;
	compilation_free(own);
	return edits;
}

/* SPDX-License-Identifier: ISC */
/*
 * Was the text cut off?  A copy that broke off, a capture that missed its last screen: what is left
 * reads like a text that wants less, so whoever acts on it has to know.
 */
#include "grammar/ending.h"

#include "grammar/context.h"

#include <string.h>

void ending_line(struct ending *ending, uint32_t from, uint32_t first)
{
	ending->line = from;
	ending->first = first;
}

void ending_command(struct ending *ending, uint32_t from, bool is_closed)
{
	*(is_closed ? &ending->closed : &ending->command) = from;
}

/* The context that is open, or nothing.  A prompt opens one, too. */
static struct span open_context(const struct context *context)
{
	const struct nest *nest = &context->nest;
	bool is_prompted = context->session.is_one && !context->session.capture;

	if (is_prompted && (context->prompt_is_child || nest->context != NEST_OUTSIDE))
		return context->prompt_at;
	switch (nest->context) {
	case NEST_OUTSIDE:
		break;
	case NEST_TUNNEL:
		return nest->tunnel_at;
	case NEST_IPSEC:
		return nest->ipsec_at;
	case NEST_CHILD:
		return context->child_line;
	}
	return (struct span){0, 0};
}

/* What a device answers in a session is nobody's to end. */
static bool is_answer(const struct context *context)
{
	return context->session.is_one && !context->session.capture &&
	       context->prompt_at.from != context->ending.line;
}

void ending_output(struct context *context)
{
	if (context->session.capture && context->ending.left_open.to == 0)
		context->ending.left_open = open_context(context);
}

static bool has_last_newline(const struct text *text)
{
	return text->size == 0 || text->bytes[text->size - 1] == '\n';
}

/* Only blanks follow from AT on, if anything. */
static bool is_blank(const struct text *text, uint32_t at)
{
	return at + strspn(text->bytes + at, " \t\r") >= text->size;
}

/* The last line has no end, and does not need what could stand behind it to be wrong. */
static bool ends_midline(const struct context *context)
{
	const struct ending *ending = &context->ending;
	const struct text *text = context->line->reader->text;

	if (has_last_newline(text) || ending->closed == ending->line || is_answer(context))
		return false;
	return ending->command == ending->line ||
	       (open_context(context).to && !is_blank(text, ending->first));
}

void ending_find(const struct context *context)
{
	const struct reader *reader = context->line->reader;
	const struct ending *ending = &context->ending;
	struct span open = ending->left_open.to ? ending->left_open : open_context(context);
	struct ast *ast = reader->ast;

	if (ends_midline(context)) {
		ast->ending = AST_ENDS_MIDLINE;
		ast->ending_at = (struct span){ending->first, (uint32_t)reader->text->size};
	} else if (open.to) {
		ast->ending = AST_ENDS_INSIDE;
		ast->ending_at = open;
	}
}

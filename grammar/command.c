/* SPDX-License-Identifier: ISC */
/*
 * Commands, for the parser: it hands over the parts of one, and at the line's end the command is
 * carried out.  It opens or closes a context, or becomes a node of the tree.
 */
#include "grammar/command.h"

#include "grammar/tree.h"

#include <stdlib.h>

static struct reader *reader_of(const struct command *command)
{
	return command->context->line->reader;
}

static void part_begin(struct command *command, struct span at)
{
	if (command->parts.first.to == 0)
		command->parts.first = at;
}

void command_part_no(struct command *command, struct span at)
{
	part_begin(command, at);
	if (command->parts.negated && !command->parts.spoilt) {
		command->parts.spoilt = true;
		finding_add(reader_of(command)->findings, WI101, at,
			    "'no' stands twice in this command");
	}
	command->parts.negated = true;
}

void command_part_tunnel(struct command *command, struct span at)
{
	part_begin(command, at);
	command->parts.has_tunnel = true;
	command->parts.keyword = at;
}

void command_part_ipsec(struct command *command, struct span at, const struct ast_word *id)
{
	part_begin(command, at);
	command->parts.has_ipsec = true;
	command->parts.ipsec = at;
	if (!id)
		return;
	command->parts.has_id = true;
	command->parts.id = *id;
}

void command_part_name(struct command *command, struct ast_word word)
{
	part_begin(command, word.at);
	command->parts.has_name = true;
	command->parts.name = word;
}

/*
 * What stands past the limit of a line is WI117, and of no account but that something stands there.
 */
static bool is_past_limit(const struct command *command, struct ast_word word)
{
	return command->parts.count && word.at.to - command->context->line->from > TEXT_LINE_MAX;
}

void command_part_word(struct command *command, struct ast_word word)
{
	if (is_past_limit(command, word))
		return;
	if (command->parts.count == command->word_room) {
		size_t room = command->word_room ? command->word_room * 2 : 16;
		struct ast_word *words = realloc(command->words, room * sizeof(*words));

		if (!words) {
			reader_of(command)->failed = true;
			return;
		}
		command->words = words;
		command->word_room = room;
	}
	command->words[command->parts.count++] = word;
}

void command_part_verb(struct command *command, enum command_verb verb, struct span at)
{
	part_begin(command, at);
	command->parts.verb = verb;
	command->parts.keyword = at;
}

static void forget_parts(struct command *command)
{
	command->parts = (struct command_parts){0};
}

/* A header with something behind it that cannot be read is a header all the same. */
void command_recover(struct command *command)
{
	const struct command_parts *parts = &command->parts;
	bool header = parts->has_ipsec ? parts->has_id : parts->has_tunnel;

	if (header && !parts->has_name && !parts->negated && parts->verb == VERB_NONE)
		command_run(command);
	else
		forget_parts(command);
}

void command_syntax_error(struct command *command, struct span at, const char *unexpected)
{
	struct findings *findings = reader_of(command)->findings;

	finding_help(findings,
		     finding_add(findings, WI101, at, "%s is not expected here", unexpected),
		     "a line is '[no] SETTING VALUE', 'tunnel', '[no] ipsec ID' or 'end'");
}

/* --- from commands to the tree ---------------------------------------------------------------- */

/* The command as a whole, from its first word on. */
static struct ast_command *add_node(struct command *command, enum ast_kind kind,
				    struct span keyword, const struct ast_word *words,
				    size_t count)
{
	struct ast_command *node = tree_add(command->context->line, kind, keyword, words, count);

	if (node)
		node->at.from = command->parts.first.from;
	return node;
}

static void add_instance(struct command *command, enum ast_kind kind)
{
	const struct command_parts *parts = &command->parts;

	add_node(command, kind, parts->ipsec, &parts->id, parts->has_id);
}

static struct ast_command *add_setting(struct command *command, enum ast_kind kind)
{
	const struct command_parts *parts = &command->parts;
	struct ast_command *node =
	    add_node(command, kind, parts->name.at, command->words, parts->count);

	if (node)
		node->flags = parts->name.flags & AST_WORD_FLAGS;
	return node;
}

/* Lines behind an `ipsec-N' prompt belong to N, whatever was entered before. */
static void enter_prompted(struct command *command)
{
	struct ast_word id = {.at = command->context->session.prompt_id};

	if (command->context->line->is_prompted && id.at.to)
		add_node(command, AST_ENTER, id.at, &id, 1);
}

static void run_instance(struct command *command)
{
	const struct command_parts *parts = &command->parts;
	uint32_t to = parts->has_id ? parts->id.at.to : parts->ipsec.to;

	context_close_ipsec(command->context);
	if (parts->has_tunnel)
		command->context->nest.context = NEST_OUTSIDE;
	if (parts->has_name) {
		add_instance(command, AST_ENTER);
		add_setting(command, parts->negated ? AST_UNSET : AST_SET);
	} else if (parts->negated) {
		add_instance(command, AST_REMOVE);
	} else {
		add_instance(command, AST_ENTER);
		nest_push_ipsec(&command->context->nest, (struct span){parts->ipsec.from, to},
				parts->has_tunnel);
	}
}

/* What is typed in between, and configures nothing. */
static bool is_exec_word(struct slice word)
{
	return slice_is(word, "show") || slice_is(word, "help") || slice_is(word, "do") ||
	       slice_is(word, "copy");
}

/* Contexts that WeOS has beside `ipsec': nothing is said of these. */
static bool is_known_child(struct slice word)
{
	return slice_is(word, "gre") || slice_is(word, "ssl");
}

/*
 * A word under `tunnel' that is not `ipsec': the header of a foreign context, or a mistake.  A
 * known one with a command behind it, and an unknown one with that in a path, opens nothing.
 */
static void run_child(struct command *command)
{
	struct context *context = command->context;
	const struct command_parts *parts = &command->parts;
	const struct reader *reader = context->line->reader;
	struct slice word = text_slice(reader->text, parts->name.at);
	bool known = is_known_child(word);
	bool no_body = parts->negated || context->line->is_prompted ||
		       (parts->count > 1 && (known || parts->has_tunnel));
	struct ast_command *node = NULL;

	if (is_exec_word(word))
		return;
	if (known)
		reader->ast->foreign = true;
	if (!known || reader->taker->line)
		node = add_setting(command, AST_CHILD);
	if (node) {
		node->has_body = no_body;
		node->negated = parts->negated;
	}
	if (no_body || parts->count == 0 || reader->is_setting(word))
		return;
	context->child = node;
	context->child_line = parts->name.at;
	nest_push_child(&context->nest, context->line->depth, parts->has_tunnel);
}

static void run_tunnel(struct command *command)
{
	struct nest *nest = &command->context->nest;
	const struct command_parts *parts = &command->parts;

	context_close_ipsec(command->context);
	nest->context = NEST_OUTSIDE;
	if (parts->negated && !parts->has_name) {
		add_node(command, AST_REMOVE_ALL, parts->keyword, NULL, 0);
		return;
	}
	nest_push_tunnel(nest, parts->keyword);
	if (!parts->has_name)
		return;
	run_child(command);
	if (nest->context != NEST_CHILD) /* a path with a command opens nothing */
		nest->context = NEST_OUTSIDE;
}

static void run_setting(struct command *command)
{
	if (command->context->nest.context != NEST_IPSEC) {
		run_child(command);
		return;
	}
	enter_prompted(command);
	add_setting(command, command->parts.negated ? AST_UNSET : AST_SET);
}

static void report_too_much(struct command *command)
{
	struct findings *findings = reader_of(command)->findings;

	finding_help(findings,
		     finding_add(findings, WI105, command->words[0].at,
				 "nothing may stand behind this command"),
		     "remove what is too much");
}

static void run_verb(struct command *command)
{
	struct context *context = command->context;
	struct span at = command->parts.keyword;

	if (command->parts.count)
		report_too_much(command);
	switch (command->parts.verb) {
	case VERB_NO:
		enter_prompted(command);
		add_node(command, AST_NO, at, NULL, 0);
		break;
	case VERB_END:
		context_end(context, at.from);
		break;
	case VERB_LEAVE:
		nest_leave(&context->nest);
		add_node(command, AST_COMMIT, at, NULL, 0);
		break;
	case VERB_ABORT:
		nest_leave(&context->nest);
		add_node(command, AST_ABORT, at, NULL, 0);
		break;
	case VERB_CONFIGURE:
		add_node(command, AST_BEGIN, at, NULL, 0);
		break;
	case VERB_NONE:
		break;
	}
}

void command_run(struct command *command)
{
	const struct command_parts *parts = &command->parts;
	struct context *context = command->context;

	if (parts->has_tunnel)
		reader_of(command)->ast->has_tunnel = true;
	ending_command(&context->ending, context->line->from, parts->verb > VERB_NO);
	context_ours(context);
	if (parts->has_tunnel && reader_of(command)->taker->line)
		add_node(command, AST_TUNNEL, parts->keyword, NULL, 0);
	if (parts->spoilt)
		;
	else if (parts->verb != VERB_NONE)
		run_verb(command);
	else if (parts->has_ipsec)
		run_instance(command);
	else if (parts->has_tunnel)
		run_tunnel(command);
	else
		run_setting(command);
	forget_parts(command);
}

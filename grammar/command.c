/* SPDX-License-Identifier: ISC */
/*
 * Commands, for the parser: it hands over the parts of one, and at the line's end the command is
 * carried out.  It opens or closes a context, or becomes a node of the tree.
 */
#include "grammar/reader.h"

#include <stdlib.h>

static void part_begin(struct reader *reader, struct span at)
{
	if (reader->command.first.to == 0)
		reader->command.first = at;
}

void reader_part_no(struct reader *reader, struct span at)
{
	part_begin(reader, at);
	if (reader->command.negated && !reader->command.spoilt) {
		reader->command.spoilt = true;
		finding_add(reader->findings, WI101, at, "'no' stands twice in this command");
	}
	reader->command.negated = true;
}

void reader_part_tunnel(struct reader *reader, struct span at)
{
	part_begin(reader, at);
	reader->command.has_tunnel = true;
	reader->command.keyword = at;
}

void reader_part_ipsec(struct reader *reader, struct span at, const struct ast_word *id)
{
	part_begin(reader, at);
	reader->command.has_ipsec = true;
	reader->command.ipsec = at;
	if (!id)
		return;
	reader->command.has_id = true;
	reader->command.id = *id;
}

void reader_part_name(struct reader *reader, struct ast_word word)
{
	part_begin(reader, word.at);
	reader->command.has_name = true;
	reader->command.name = word;
}

void reader_part_word(struct reader *reader, struct ast_word word)
{
	if (reader->command.count == reader->word_room) {
		size_t room = reader->word_room ? reader->word_room * 2 : 16;
		struct ast_word *words = realloc(reader->words, room * sizeof(*words));

		if (!words) {
			reader->failed = true;
			return;
		}
		reader->words = words;
		reader->word_room = room;
	}
	reader->words[reader->command.count++] = word;
}

void reader_part_verb(struct reader *reader, enum reader_verb verb, struct span at)
{
	part_begin(reader, at);
	reader->command.verb = verb;
	reader->command.keyword = at;
}

void reader_drop(struct reader *reader)
{
	reader->command = (struct reader_command){0};
}

/* A header with something behind it that cannot be read is a header all the same. */
void reader_recover(struct reader *reader)
{
	const struct reader_command *command = &reader->command;
	bool header = command->has_ipsec ? command->has_id : command->has_tunnel;

	if (header && !command->has_name && !command->negated && command->verb == VERB_NONE)
		reader_command(reader);
	else
		reader_drop(reader);
}

void reader_syntax_error(struct reader *reader, struct span at, const char *unexpected)
{
	struct finding *finding = finding_add(reader->findings, WI101, at, "%s is not expected here",
					      unexpected);

	finding_help(reader->findings, finding,
		     "a line is '[no] SETTING VALUE', 'tunnel', '[no] ipsec ID' or 'end'");
}

/* --- from commands to the tree ---------------------------------------------------------------- */

struct ast_command *reader_add(struct reader *reader, enum ast_kind kind, struct span keyword,
			       const struct ast_word *words, size_t count)
{
	struct ast_command *node =
	    arena_alloc(reader->arena, sizeof(*node) + count * sizeof(node->words[0]));
	struct span first = reader->command.first;

	if (!node) {
		reader->failed = true;
		return NULL;
	}
	node->kind = kind;
	node->keyword = keyword;
	node->at = (struct span){first.from, count ? words[count - 1].at.to : keyword.to};
	node->count = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		node->words[i] = words[i];
		node->words[i].flags |= reader->command.broken ? AST_BAD : 0;
	}
	node->prompted = reader->is_prompted;
	node->since = reader->since;
	*reader->ast->last = node;
	reader->ast->last = &node->next;
	return node;
}

static void add_instance(struct reader *reader, enum ast_kind kind)
{
	const struct reader_command *command = &reader->command;

	reader_add(reader, kind, command->ipsec, &command->id, command->has_id);
}

static struct ast_command *add_setting(struct reader *reader, enum ast_kind kind)
{
	const struct reader_command *command = &reader->command;
	struct ast_command *node =
	    reader_add(reader, kind, command->name.at, reader->words, command->count);

	if (node)
		node->flags = command->name.flags;
	return node;
}

/* Lines behind an `ipsec-N' prompt belong to N, whatever was entered before. */
static void enter_prompted(struct reader *reader)
{
	struct ast_word id = {.at = reader->prompt_id};

	if (reader->is_prompted && id.at.to)
		reader_add(reader, AST_ENTER, id.at, &id, 1);
}

/* WI107 for a context that another one, or the end of the file, cuts short. */
static void report_open(struct reader *reader, struct span at)
{
	struct finding *finding;

	if (reader->session)
		return;
	finding = finding_add(reader->findings, WI107, at, "this context has no 'end'");
	finding_help(reader->findings, finding, "close it with 'end'");
}

static void close_ipsec(struct reader *reader)
{
	struct nest *nest = &reader->nest;

	if (nest->context != NEST_IPSEC)
		return;
	report_open(reader, nest->ipsec_at);
	nest->context = nest->has_tunnel && !nest->path ? NEST_TUNNEL : NEST_OUTSIDE;
}

void reader_close_all(struct reader *reader)
{
	close_ipsec(reader);
	/* a foreign context that a path opened has no `tunnel' of its own */
	if (reader->nest.context == NEST_TUNNEL ||
	    (reader->nest.context == NEST_CHILD && !reader->nest.path))
		report_open(reader, reader->nest.tunnel_at);
	reader->nest.context = NEST_OUTSIDE;
}

static void enter_ipsec(struct reader *reader, bool path)
{
	struct nest *nest = &reader->nest;

	nest->has_tunnel = nest->context == NEST_TUNNEL;
	nest->context = NEST_IPSEC;
	nest->path = path;
	nest->spare_end = false;
	nest->ipsec_at = (struct span){reader->command.ipsec.from,
				       reader->command.has_id ? reader->command.id.at.to
							      : reader->command.ipsec.to};
}

static void command_instance(struct reader *reader)
{
	const struct reader_command *command = &reader->command;

	close_ipsec(reader);
	if (command->has_tunnel)
		reader->nest.context = NEST_OUTSIDE;
	if (command->has_name) {
		add_instance(reader, AST_ENTER);
		add_setting(reader, command->negated ? AST_UNSET : AST_SET);
	} else if (command->negated) {
		add_instance(reader, AST_REMOVE);
	} else {
		add_instance(reader, AST_ENTER);
		enter_ipsec(reader, command->has_tunnel);
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
 * A word under `tunnel' that is not `ipsec': the header of a foreign context, or a mistake.  A known
 * one with a command behind it, and an unknown one with that in a path, opens nothing.
 */
static void command_child(struct reader *reader)
{
	const struct reader_command *command = &reader->command;
	struct slice word = text_slice(reader->text, command->name.at);
	bool known = is_known_child(word);
	bool no_body = command->negated || reader->is_prompted ||
		       (command->count > 1 && (known || command->has_tunnel));
	struct ast_command *node = NULL;

	if (is_exec_word(word))
		return;
	if (known)
		reader->ast->foreign = true;
	else
		node = add_setting(reader, AST_CHILD);
	if (node)
		node->has_body = no_body;
	if (no_body || command->count == 0 || reader->is_setting(word))
		return;
	reader->child = node;
	reader->child_line = command->name.at;
	nest_push_child(&reader->nest, reader->depth, command->has_tunnel);
}

static void command_tunnel(struct reader *reader)
{
	const struct reader_command *command = &reader->command;

	close_ipsec(reader);
	reader->nest.context = NEST_OUTSIDE;
	if (command->negated && !command->has_name) {
		reader_add(reader, AST_REMOVE_ALL, command->keyword, NULL, 0);
		return;
	}
	reader->nest.context = NEST_TUNNEL;
	reader->nest.spare_end = false;
	reader->nest.tunnel_at = command->keyword;
	if (!command->has_name)
		return;
	command_child(reader);
	if (reader->nest.context != NEST_CHILD) /* a path with a command opens nothing */
		reader->nest.context = NEST_OUTSIDE;
}

static void command_setting(struct reader *reader)
{
	if (reader->nest.context != NEST_IPSEC) {
		command_child(reader);
		return;
	}
	enter_prompted(reader);
	add_setting(reader, reader->command.negated ? AST_UNSET : AST_SET);
}

static void command_end(struct reader *reader)
{
	struct finding *finding;

	if (reader->is_prompted)
		return;
	if (nest_end(&reader->nest) || reader->session || reader->ast->foreign)
		return;
	finding = finding_add(reader->findings, WI108, reader->command.keyword,
			      "this 'end' closes nothing");
	finding_help(reader->findings, finding, "remove it, or look for an 'end' too many above");
}

static void command_verb(struct reader *reader)
{
	struct span at = reader->command.keyword;

	if (reader->command.count)
		finding_help(reader->findings,
			     finding_add(reader->findings, WI105, reader->words[0].at,
					 "nothing may stand behind this command"),
			     "remove what is too much");
	switch (reader->command.verb) {
	case VERB_NO:
		enter_prompted(reader);
		reader_add(reader, AST_NO, at, NULL, 0);
		break;
	case VERB_END:
		command_end(reader);
		break;
	case VERB_LEAVE:
		nest_leave(&reader->nest);
		reader_add(reader, AST_COMMIT, at, NULL, 0);
		break;
	case VERB_ABORT:
		nest_leave(&reader->nest);
		reader_add(reader, AST_ABORT, at, NULL, 0);
		break;
	case VERB_CONFIGURE:
		reader_add(reader, AST_BEGIN, at, NULL, 0);
		break;
	case VERB_NONE:
		break;
	}
}

void reader_command(struct reader *reader)
{
	const struct reader_command *command = &reader->command;

	reader->in_header = false;
	if (reader->foreign.context != FOREIGN_NONE)
		foreign_end(reader);
	if (command->spoilt)
		;
	else if (command->verb != VERB_NONE)
		command_verb(reader);
	else if (command->has_ipsec)
		command_instance(reader);
	else if (command->has_tunnel)
		command_tunnel(reader);
	else
		command_setting(reader);
	reader_drop(reader);
}

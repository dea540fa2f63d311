/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COMMAND_H
#define WEIPSEC_COMMAND_H

#include "grammar/context.h"

/* A line that stands for itself. */
enum command_verb { VERB_NONE, VERB_NO, VERB_END, VERB_LEAVE, VERB_ABORT, VERB_CONFIGURE };

/* What the parser has seen so far of the command on this line. */
struct command_parts {
	enum command_verb verb;
	bool negated;
	bool has_tunnel;
	bool has_ipsec;
	bool has_id;
	bool has_name;
	bool spoilt;	     /* a finding says already that it cannot be used */
	struct span first;   /* its first word */
	struct span keyword; /* of the verb, or `tunnel' */
	struct span ipsec;
	struct ast_word id;
	struct ast_word name;
	size_t count; /* words behind the name, in command->words */
};

/* The command that is being read.  Internal to grammar/. */
struct command {
	struct context *context;
	struct command_parts parts;
	struct ast_word *words; /* from malloc(); used again for each command */
	size_t word_room;
};

/* The parser's actions: parts of a command, then the command. */
void command_part_no(struct command *command, struct span at);
void command_part_tunnel(struct command *command, struct span at);
void command_part_ipsec(struct command *command, struct span at, const struct ast_word *id);
void command_part_name(struct command *command, struct ast_word word);
void command_part_word(struct command *command, struct ast_word word);
void command_part_verb(struct command *command, enum command_verb verb, struct span at);
/* Carries the command out, and forgets its parts. */
void command_run(struct command *command);
/* Forgets the parts of one that cannot be read to its end, but for a header. */
void command_recover(struct command *command);
/* WI101: UNEXPECTED stands AT. */
void command_syntax_error(struct command *command, struct span at, const char *unexpected);

#endif

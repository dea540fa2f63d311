/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GENERATE_H
#define WEIPSEC_GENERATE_H

#include "compiler/base/cli.h"

/*
 * What is made of the tables of the program: manual pages and completions.  Each function writes to
 * standard output what takes the place of a line `@NAME ARGUMENT@' of a template.
 */

/*
 * mdoc: the title's foot; the synopsis and the commands of the program ARGUMENT; a section of the
 * rules whose IDs begin with the first word of ARGUMENT, called as the others say, if there are
 * any; the settings of `weos5' or `weos4'.
 */
void manual_os(const char *argument);
void manual_synopsis(const char *argument);
void manual_commands(const char *argument);
void manual_rules(const char *argument);
void manual_settings(const char *argument);

/* The commands of PROGRAM, weipsec-apply or weipsec. */
const struct cli_command *const *program_commands(const char *program);

/* What can stand behind an option, or as an operand. */
enum completion_kind {
	COMPLETION_NOTHING, /* that could be known */
	COMPLETION_WORDS,   /* the words themselves, with `|' between them */
	COMPLETION_RULE,
	COMPLETION_FILE,
	COMPLETION_FOLDER
};

/* Of `text|gcc', `RULE', `FILE...', `DIR' and the like. */
enum completion_kind completion_kind(const char *value);

/*
 * Of PROGRAM, weipsec or weipsec-apply: arms of a `case' on the command, or on the command and the
 * option; lists of words; the command whose name may be left out.
 */
void bash_commands(const char *program);
void bash_fallback(const char *program);
void bash_options(const char *program);
void bash_values(const char *program);
void bash_operands(const char *program);
void bash_rules(const char *program);

void zsh_program(const char *program);
void zsh_commands(const char *program);
void zsh_files(const char *program);
void zsh_fallback(const char *program);
void zsh_arguments(const char *program);
/* The rules by ID, or with ARGUMENT `name' by name. */
void zsh_rules(const char *argument);

#endif

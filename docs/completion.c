/* SPDX-License-Identifier: ISC */
/*
 * The tables for completions in bash and zsh, which themselves are docs/weipsec.bash.in and
 * docs/_weipsec.in.
 */
#include "docs/generate.h"

#include "compiler/command/commands.h"
#include "compiler/tables/rule.h"
#include "runtime/command/commands.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum completion_kind completion_kind(const char *value)
{
	if (islower((unsigned char)*value))
		return COMPLETION_WORDS;
	if (strncmp(value, "FILE", 4) == 0)
		return COMPLETION_FILE;
	if (strcmp(value, "DIR") == 0)
		return COMPLETION_FOLDER;
	return strncmp(value, "RULE", 4) == 0 ? COMPLETION_RULE : COMPLETION_NOTHING;
}

/* WORDS that have `|' between them with blanks instead. */
static void put_choices(const char *words)
{
	for (; *words; words++)
		putchar(*words == '|' ? ' ' : *words);
}

/* TEXT within single quotes of a shell; with a backslash before each of MARKS. */
static void put_quoted(const char *text, const char *marks)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr(marks, *text))
			putchar('\\');
		putchar(*text);
	}
}

/* The next operand of *OPERANDS, without brackets; `--to WORD' is an option.  Empty at the end. */
static const char *next_operand(const char **operands, size_t *length, int *is_optional)
{
	const char *at = *operands;

	while (strncmp(at, "--", 2) == 0) {
		at += strcspn(at, " ");
		at += strspn(at, " ");
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	*is_optional = *at == '[';
	at += *is_optional;
	*length = strcspn(at, " ]");
	*operands = at + *length + strspn(at + *length, " ]");
	return at;
}

static bool is_apply(const char *program)
{
	return strcmp(program, "weipsec-apply") == 0;
}

/* The command whose name may be left out, or NULL. */
static const struct cli_command *fallback_of(const char *program)
{
	return is_apply(program) ? &cli_apply : NULL;
}

/* The names of all commands of PROGRAM, which `help' takes. */
static void put_commands(const char *program)
{
	const struct cli_command *const *commands = program_commands(program);

	for (size_t i = 0; commands[i]; i++)
		printf("%s%s", i ? " " : "", commands[i]->name);
}

/* ---- bash ---- */

void bash_commands(const char *program)
{
	fputs("\techo \"", stdout);
	put_commands(program);
	fputs(" help", stdout);
	for (const struct cli_option *at = cli_options; cli_has_option(at); at++)
		printf(" --%s", at->name);
	printf(" --%s\"\n", cli_help_option.name);
}

void bash_fallback(const char *program)
{
	const struct cli_command *fallback = fallback_of(program);

	printf("\techo '%s'\n", fallback ? fallback->name : "");
}

void bash_options(const char *program)
{
	const struct cli_command *const *commands = program_commands(program);

	for (size_t i = 0; commands[i]; i++) {
		printf("\t%s) echo \"", commands[i]->name);
		for (const struct cli_option *at = commands[i]->options; cli_has_option(at); at++) {
			if (at->letter)
				printf("-%c ", at->letter);
			if (at->name)
				printf("--%s ", at->name);
		}
		printf("--%s\" ;;\n", cli_help_option.name);
	}
}

static void put_bash_value(const char *value)
{
	static const char *const words[] = {
	    [COMPLETION_NOTHING] = "NOTHING",
	    [COMPLETION_RULE] = "RULE",
	    [COMPLETION_FILE] = "FILE",
	    [COMPLETION_FOLDER] = "DIR",
	};
	enum completion_kind kind = completion_kind(value);

	if (kind == COMPLETION_WORDS)
		put_choices(value);
	else
		fputs(words[kind], stdout);
}

void bash_values(const char *program)
{
	const struct cli_command *const *commands = program_commands(program);

	for (size_t i = 0; commands[i]; i++) {
		const struct cli_command *command = commands[i];

		for (const struct cli_option *at = command->options; cli_has_option(at); at++) {
			if (!at->value)
				continue;
			putchar('\t');
			if (at->letter)
				printf("\"%s -%c\"%s", command->name, at->letter,
				       at->name ? " | " : "");
			if (at->name)
				printf("\"%s --%s\"", command->name, at->name);
			fputs(") echo \"", stdout);
			put_bash_value(at->value);
			puts("\" ;;");
		}
	}
}

void bash_operands(const char *program)
{
	const struct cli_command *const *commands = program_commands(program);

	for (size_t i = 0; commands[i]; i++) {
		const char *operands = commands[i]->operands;
		int is_optional, count = 0;
		size_t length;

		printf("\t%s) echo \"", commands[i]->name);
		while (*operands) {
			const char *at = next_operand(&operands, &length, &is_optional);

			printf("%s%.*s", count++ ? " " : "", (int)length, at);
		}
		puts("\" ;;");
	}
	puts("\thelp) echo COMMAND ;;");
}

void bash_rules(const char *program)
{
	for (int rule = 0; rule < RULE_COUNT && !is_apply(program); rule++)
		printf("\t%s %s\n", rule_table[rule].id, rule_table[rule].name);
}

/* ---- zsh ---- */

/* `:MESSAGE:ACTION' for what VALUE says. */
static void put_zsh_value(const char *value, int is_operand)
{
	enum completion_kind kind = completion_kind(value);
	size_t length = strcspn(value, ".");

	if (kind == COMPLETION_WORDS) {
		fputs(":value:(", stdout);
		put_choices(value);
		putchar(')');
		return;
	}
	printf(":%.*s:", (int)length, value);
	if (kind == COMPLETION_RULE)
		fputs("_weipsec_rules", stdout);
	else if (kind == COMPLETION_FOLDER)
		fputs("_files -/", stdout);
	else if (kind == COMPLETION_FILE)
		fputs(is_operand ? "_files -g \"*.(cfg|weos)\"" : "_files", stdout);
	else
		putchar(' ');
}

/* What _arguments(zshcompsys) calls an optspec, a line each; rules may be given again and again. */
static void put_zsh_option(const struct cli_option *option, const char *indent)
{
	int repeats = option->value && completion_kind(option->value) == COMPLETION_RULE;

	for (int is_long = 0; is_long < 2; is_long++) {
		if (is_long ? !option->name : !option->letter)
			continue;
		printf("%s'%s", indent, option == &cli_help_option ? "(- *)" : repeats ? "*" : "");
		if (is_long)
			printf("--%s%s[", option->name, option->value ? "=" : "");
		else
			printf("-%c%s[", option->letter, option->value ? "+" : "");
		put_quoted(option->line, "[]\\");
		putchar(']');
		if (option->value)
			put_zsh_value(option->value, 0);
		puts("' \\");
	}
}

void zsh_program(const char *program)
{
	const struct cli_command *fallback = fallback_of(program);

	for (const struct cli_option *at = cli_options; cli_has_option(at); at++)
		put_zsh_option(at, "\t\t");
	for (const struct cli_option *at = fallback ? fallback->options : NULL;
	     at && cli_has_option(at); at++)
		put_zsh_option(at, "\t\t");
	put_zsh_option(&cli_help_option, "\t\t");
}

/* What else can stand in the place of a command, and what words are one's without its name. */
void zsh_files(const char *program)
{
	if (fallback_of(program))
		puts("\t\t_files && ret=0");
}

void zsh_fallback(const char *program)
{
	const struct cli_command *fallback = fallback_of(program);

	if (!fallback)
		return;
	printf("\tif (( ! ${commands[(I)$words[1]:*]} )) && [[ $words[1] != help ]]; then\n"
	       "\t\twords=(%s \"${words[@]}\")\n\t\t(( CURRENT++ ))\n\tfi\n",
	       fallback->name);
}

void zsh_commands(const char *program)
{
	const struct cli_command *const *commands = program_commands(program);

	for (size_t i = 0; commands[i]; i++) {
		printf("\t\t'%s:", commands[i]->name);
		put_quoted(commands[i]->line, "");
		puts("'");
	}
	puts("\t\t'help:Prints the help of a command'");
}

static void put_zsh_operands(const char *operands)
{
	int is_optional;
	size_t length;

	while (*operands) {
		const char *at = next_operand(&operands, &length, &is_optional);
		int repeats = length > 3 && strncmp(at + length - 3, "...", 3) == 0;
		char word[16];

		snprintf(word, sizeof(word), "%.*s", (int)length, at);
		printf("\t\t\t'%s", repeats ? "*" : is_optional ? ":" : "");
		put_zsh_value(word, 1);
		puts("' \\");
	}
}

void zsh_arguments(const char *program)
{
	const struct cli_command *const *commands = program_commands(program);

	for (size_t i = 0; commands[i]; i++) {
		const struct cli_command *command = commands[i];

		printf("\t%s)\n\t\t_arguments -s -S \\\n", command->name);
		for (const struct cli_option *at = command->options; cli_has_option(at); at++)
			put_zsh_option(at, "\t\t\t");
		put_zsh_option(&cli_help_option, "\t\t\t");
		put_zsh_operands(command->operands);
		puts("\t\t\t&& ret=0\n\t\t;;");
	}
	fputs("\thelp)\n\t\t_arguments -s -S ':command:(", stdout);
	put_commands(program);
	puts(")' && ret=0\n\t\t;;");
}

void zsh_rules(const char *argument)
{
	int is_name = strcmp(argument, "name") == 0;

	for (int rule = 0; rule < RULE_COUNT; rule++) {
		printf("\t\t'%s:", is_name ? rule_table[rule].name : rule_table[rule].id);
		put_quoted(rule_table[rule].line, "");
		puts("'");
	}
}

/* SPDX-License-Identifier: ISC */
/* Commands, options and rules in the language of mdoc(7). */
#include "docs/generate.h"

#include "compiler/command/commands.h"
#include "compiler/tables/rule.h"
#include "compiler/tables/weos4.h"
#include "runtime/command/commands.h"

#include <stdio.h>
#include <string.h>

/* TEXT as roff has it: what it would read, or a typesetter would prettify, is escaped. */
static void put_words(const char *text, size_t length)
{
	static const char *const escapes[256] = {
	    ['-'] = "\\-",   ['\''] = "\\(aq", ['\\'] = "\\e",
	    ['`'] = "\\(ga", ['^'] = "\\(ha",  ['~'] = "\\(ti",
	};

	for (size_t i = 0; i < length; i++) {
		const char *escape = escapes[(unsigned char)text[i]];

		if (escape)
			fputs(escape, stdout);
		else
			putchar(text[i]);
	}
}

static void put_text(const char *text)
{
	put_words(text, strlen(text));
}

/* The length of the sentence that LINE begins with, with its full stop, or of all of LINE. */
static size_t sentence_length(const char *line, size_t length)
{
	for (size_t i = 0; i + 1 < length; i++) {
		if (line[i] == '.' && line[i + 1] == ' ')
			return i + 1;
	}
	return length;
}

/* A line of text: a sentence begins a line of its own, and one that begins with a dot is none. */
static void put_line(const char *line, size_t length)
{
	while (length) {
		size_t sentence = sentence_length(line, length);

		if (*line == '.')
			fputs("\\&", stdout);
		put_words(line, sentence);
		putchar('\n');
		for (line += sentence, length -= sentence; length && *line == ' '; line++)
			length--;
	}
}

/* The paragraphs of a help, with empty lines between them. */
static void put_paragraphs(const char *text)
{
	puts(".Pp");
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length)
			put_line(text, length);
		else
			puts(".Pp");
		text += length + (text[length] == '\n');
	}
}

/* ---- options and operands ---- */

/* `Fl Fl format Ar text|gcc' and `Fl W Ar RULE', behind a macro. */
static void put_option(const struct cli_option *option)
{
	if (option->letter)
		printf(" Fl %c", option->letter);
	if (option->letter && option->name)
		fputs(" ,", stdout);
	if (option->name) {
		fputs(" Fl Fl ", stdout);
		put_text(option->name);
	}
	if (option->value) {
		fputs(" Ar ", stdout);
		put_text(option->value);
	}
}

static void put_option_list(const struct cli_option *options)
{
	puts(".Bl -tag -width Ds");
	for (; cli_has_option(options); options++) {
		fputs(".It", stdout);
		put_option(options);
		putchar('\n');
		put_line(options->line, strlen(options->line));
	}
	fputs(".It", stdout);
	put_option(&cli_help_option);
	printf("\n%s\n.El\n", cli_help_option.line);
}

/* The operands, of which `[ID]' may be left out, `--to WORD' must not, and `FILE...' repeats. */
static void put_operands(const char *operands)
{
	while (*operands) {
		size_t length = strcspn(operands, " ");
		int is_optional = *operands == '[';
		int repeats = length > 3 && strncmp(operands + length - 3, "...", 3) == 0;

		if (strncmp(operands, "--", 2) == 0) {
			fputs(".Fl Fl ", stdout);
			put_words(operands + 2, length - 2);
		} else {
			fputs(is_optional ? ".Op Ar " : ".Ar ", stdout);
			put_words(operands + is_optional,
				  length - 2 * (size_t)is_optional - 3 * (size_t)repeats);
		}
		puts(repeats ? " ..." : "");
		operands += length + strspn(operands + length, " ");
	}
}

/* Whether COMMAND's operands already name OPTION, since it cannot be left out. */
static int is_operand(const struct cli_command *command, const struct cli_option *option)
{
	return option->name && strncmp(command->operands, "--", 2) == 0 &&
	       strncmp(command->operands + 2, option->name, strlen(option->name)) == 0;
}

/* ---- pieces ---- */

void manual_os(const char *argument)
{
	(void)argument;
	puts(".Os weipsec " WEIPSEC_VERSION);
}

const struct cli_command *const *program_commands(const char *program)
{
	return strcmp(program, "weipsec-apply") == 0 ? apply_commands : cli_commands;
}

void manual_synopsis(const char *argument)
{
	for (const struct cli_command *const *each = program_commands(argument); *each; each++) {
		const struct cli_command *command = *each;

		printf(".Nm\n.Cm %s\n", command->name);
		for (const struct cli_option *at = command->options; cli_has_option(at); at++) {
			if (is_operand(command, at))
				continue;
			fputs(".Op", stdout);
			put_option(at);
			putchar('\n');
		}
		put_operands(command->operands);
	}
	puts(".Nm\n.Cm help\n.Op Ar COMMAND");
	for (const struct cli_option *at = cli_options; cli_has_option(at); at++) {
		fputs(".Nm\n.", stdout);
		printf("Fl Fl %s\n", at->name);
	}
}

void manual_commands(const char *argument)
{
	for (const struct cli_command *const *each = program_commands(argument); *each; each++) {
		const struct cli_command *command = *each;

		printf(".Ss %s %s\n", argument, command->name);
		put_text(command->line);
		puts(".");
		put_option_list(command->options);
		put_paragraphs(command->more);
	}
	printf(".Ss %s help\nPrints the help of\n.Ar COMMAND ,\nor the list of all commands.\n",
	       argument);
	puts(".Ss Without a command");
	put_option_list(cli_options);
}

void manual_rules(const char *argument)
{
	size_t length = strcspn(argument, " ");
	int count = 0;

	for (int rule = 0; rule < RULE_COUNT; rule++) {
		const struct rule_info *info = &rule_table[rule];

		/* WI1001 is of WI10, not of WI1 */
		if (strncmp(info->id, argument, length) != 0 || strlen(info->id) != length + 2)
			continue;
		if (!count++)
			printf(".Sh%s\n.Bl -tag -width Ds\n", argument + length);
		printf(".It Cm %s ", info->id);
		put_text(info->name);
		printf(" Pq %s\n", severity_name(info->severity));
		put_text(info->line);
		puts(info->dormant ? ";\non a disabled tunnel a warning" : "");
	}
	if (count)
		puts(".El");
}

static void put_setting(const struct setting_info *info)
{
	char bounds[64];

	printf(".It Cm ");
	put_text(info->word);
	if (*info->form) {
		fputs(" Ar ", stdout);
		put_text(info->form);
	}
	putchar('\n');
	put_text(info->line);
	setting_bounds(info, bounds, sizeof(bounds));
	if (*bounds)
		printf(", %s", bounds);
	fputs(";\nby default: ", stdout);
	put_text(info->standard);
	puts(".");
}

/* What can stand in each place of a suite. */
static void put_algorithms(bool is_weos4)
{
	static const char places[SUITE_SLOTS] = {'C', 'A', 'A', 'G'};

	puts(".Pp\nWhat a suite is made of:\n.Bl -tag -width Ds");
	for (int i = 0; i < SUITE_SLOTS; i++) {
		enum suite_slot slot = (enum suite_slot)i;
		const char *word = suite_slot_word(slot);
		char list[256] = "";

		if (is_weos4 && slot == SUITE_CIPHER)
			word = "crypto";
		(is_weos4 ? weos4_algorithm_list : algorithm_list)(slot, list, sizeof(list));
		if (*list)
			printf(".It Cm %s Ar %c\n%s.\n", word, places[slot], list);
	}
	puts(".El");
}

void manual_settings(const char *argument)
{
	bool is_weos4 = strcmp(argument, "weos4") == 0;
	int count = is_weos4 ? (int)WEOS4_COUNT : (int)SETTING_COUNT;

	puts(".Bl -tag -width Ds");
	for (int i = 0; i < count; i++)
		put_setting(is_weos4 ? &weos4_table[i].info : &setting_table[i]);
	puts(".El");
	put_algorithms(is_weos4);
}

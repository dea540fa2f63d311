/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/command/cli_value.h"
#include "compiler/tables/page.h"

#include <stdio.h>

static const struct cli_option options[] = {{0}};

static void print_page(enum rule rule)
{
	const struct rule_info *info = &rule_table[rule];

	printf("%s %s\n\n", info->id, info->name);
	if (page_table[rule].text)
		fputs(page_table[rule].text, stdout);
	else
		puts(info->line);
}

static int explain_run(const struct cli_command *command, int argc, char **argv)
{
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option = cli_next(&cli);

	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand == argc)
		return cli_misuse(command, "no rule to explain");
	/* what is no rule is said before the first page */
	for (int i = cli.operand; i < argc; i++) {
		if (cli_rule(command, argv[i]) < 0)
			return EXIT_MISUSE;
	}
	for (int i = cli.operand; i < argc; i++) {
		if (i > cli.operand)
			putchar('\n');
		print_page((enum rule)cli_rule(command, argv[i]));
	}
	return cli_flush(EXIT_OK);
}

const struct cli_command cli_explain = {
    .name = "explain",
    .operands = "RULE...",
    .line = "Explains a rule: what it means, why it matters, what to write instead",
    .more = "RULE is an ID such as WI304 in either case, or a name such as aead-with-auth.\n"
	    "\n"
	    "Exit status: 0 printed, 2 the page could not be written, 64 wrong usage.\n",
    .options = options,
    .run = explain_run,
};

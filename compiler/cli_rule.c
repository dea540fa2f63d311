/* SPDX-License-Identifier: ISC */
#include "compiler/cli.h"
#include "compiler/rule.h"

int cli_rule(const struct cli_command *command, const char *word)
{
	struct cli_guess guess = {.word = word};
	int rule = rule_find(word);

	if (rule >= 0)
		return rule;
	for (rule = 0; rule < RULE_COUNT; rule++)
		cli_guess(&guess, rule_table[rule].name);
	if (guess.best)
		cli_misuse(command, "unknown rule '%s', did you mean '%s'?", word, guess.best);
	else
		cli_misuse(command, "unknown rule '%s'", word);
	return -1;
}

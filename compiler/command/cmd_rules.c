/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/base/json.h"
#include "compiler/command/listing.h"
#include "compiler/tables/rule.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void print_text(void)
{
	int width = 0;

	for (int rule = 0; rule < RULE_COUNT; rule++) {
		int length = (int)strlen(rule_table[rule].name);

		width = length > width ? length : width;
	}
	for (int rule = 0; rule < RULE_COUNT; rule++)
		printf("%s  %-7s  %-*s  %s\n", rule_table[rule].id,
		       severity_name(rule_table[rule].severity), width, rule_table[rule].name,
		       rule_table[rule].line);
}

static bool print_json(void)
{
	bool printed = true;

	fputs("{\"schema_version\": 1, \"rules\": [", stdout);
	for (int rule = 0; printed && rule < RULE_COUNT; rule++) {
		json_t *json = json_object();

		json_put_string(&json, "rule", rule_table[rule].id);
		json_put_string(&json, "severity", severity_name(rule_table[rule].severity));
		json_put_string(&json, "name", rule_table[rule].name);
		json_put_string(&json, "description", rule_table[rule].line);
		fputs(rule ? ",\n" : "\n", stdout);
		printed = json_write(stdout, json);
	}
	fputs("\n]}\n", stdout);
	return printed;
}

static int rules_run(const struct cli_command *command, int argc, char **argv)
{
	static const struct listing listing = {.text = print_text, .json = print_json};

	return listing_run(command, &listing, argc, argv);
}

const struct cli_command cli_rules = {
    .name = "rules",
    .operands = "",
    .line = "Lists every rule: its ID, severity, name and what it finds",
    .more = "Exit status: 0 listed, 2 the output could not be written, 64 wrong usage.\n",
    .options = listing_options,
    .run = rules_run,
};

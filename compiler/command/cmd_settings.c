/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/base/json.h"
#include "compiler/command/listing.h"
#include "compiler/tables/weos4.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Those of WeOS 5, then those of WeOS 4. */
#define COUNT ((int)SETTING_COUNT + (int)WEOS4_COUNT)

static const struct setting_info *info_of(int row)
{
	return row < SETTING_COUNT ? &setting_table[row] : &weos4_table[row - SETTING_COUNT].info;
}

static const char *dialect_of(int row)
{
	return row < SETTING_COUNT ? "weos5" : "weos4";
}

/* What has bounds that the words behind the setting do not tell. */
static bool has_bounds(const struct setting_info *info)
{
	return info->most && info->type != SETTING_CHOICE && info->type != SETTING_FLAG;
}

static void widen(int *width, const char *word)
{
	int length = (int)strlen(word);

	*width = length > *width ? length : *width;
}

static void print_text(void)
{
	int word = 0, form = 0, standard = 0;

	for (int row = 0; row < COUNT; row++) {
		widen(&word, info_of(row)->word);
		widen(&form, info_of(row)->form);
		widen(&standard, info_of(row)->standard);
	}
	for (int row = 0; row < COUNT; row++) {
		const struct setting_info *info = info_of(row);

		printf("%s  %-*s  %-*s  %-*s  %s\n", dialect_of(row), word, info->word, form,
		       info->form, standard, info->standard, info->line);
	}
}

static bool print_json(void)
{
	bool printed = true;

	fputs("{\"schema_version\": 1, \"settings\": [", stdout);
	for (int row = 0; printed && row < COUNT; row++) {
		const struct setting_info *info = info_of(row);
		json_t *json = json_object();

		json_put_string(&json, "dialect", dialect_of(row));
		json_put_string(&json, "setting", info->word);
		json_put_string(&json, "takes", info->form);
		json_put_string(&json, "default", info->standard);
		json_put_string(&json, "description", info->line);
		if (has_bounds(info)) {
			json_put(&json, "least", json_integer(info->least));
			json_put(&json, "most", json_integer(info->most));
		}
		fputs(row ? ",\n" : "\n", stdout);
		printed = json_write(stdout, json);
	}
	fputs("\n]}\n", stdout);
	return printed;
}

static int settings_run(const struct cli_command *command, int argc, char **argv)
{
	static const struct listing listing = {.text = print_text, .json = print_json};

	return listing_run(command, &listing, argc, argv);
}

const struct cli_command cli_settings = {
    .name = "settings",
    .operands = "",
    .line = "Lists every setting: what it takes, its default, and what it is",
    .more = "A line has the release (weos5 or weos4), the setting, what stands behind it, its\n"
	    "default, and what it is.  In JSON 'least' and 'most' are bounds: of a number, of a\n"
	    "time in seconds, of a text or a secret in characters.\n"
	    "\n"
	    "Exit status: 0 listed, 2 the output could not be written, 64 wrong usage.\n",
    .options = listing_options,
    .run = settings_run,
};

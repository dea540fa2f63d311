/* SPDX-License-Identifier: ISC */
/*
 * Fills in a template: of the manual pages and the completions, what people wrote stands in the
 * templates, and what the program knows of itself comes from the tables that it runs on.  So
 * neither can say what the other does not.
 */
#include "docs/generate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
	const char *name;
	void (*print)(const char *argument);
};

static const struct piece pieces[] = {
    {"os", manual_os},
    {"synopsis", manual_synopsis},
    {"commands", manual_commands},
    {"rules", manual_rules},
    {"settings", manual_settings},
    {"bash-commands", bash_commands},
    {"bash-fallback", bash_fallback},
    {"bash-options", bash_options},
    {"bash-values", bash_values},
    {"bash-operands", bash_operands},
    {"bash-rules", bash_rules},
    {"zsh-program", zsh_program},
    {"zsh-commands", zsh_commands},
    {"zsh-files", zsh_files},
    {"zsh-fallback", zsh_fallback},
    {"zsh-arguments", zsh_arguments},
    {"zsh-rules", zsh_rules},
    {NULL, NULL},
};

/* LINE if it is no marker; of one, the piece.  Returns 0 if there is no such piece. */
static int print_line(char *line)
{
	size_t length = strlen(line);
	char *argument;

	if (length < 4 || line[0] != '@' || strcmp(line + length - 2, "@\n") != 0)
		return fputs(line, stdout) >= 0;
	line[length - 2] = '\0';
	argument = strchr(line, ' ');
	if (argument)
		*argument++ = '\0';
	for (const struct piece *piece = pieces; piece->name; piece++) {
		if (strcmp(line + 1, piece->name) == 0) {
			piece->print(argument ? argument : "");
			return 1;
		}
	}
	fprintf(stderr, "there is no piece '%s'\n", line + 1);
	return 0;
}

int main(int argc, char **argv)
{
	FILE *template = argc == 2 ? fopen(argv[1], "r") : NULL;
	char *line = NULL;
	size_t room = 0;
	int well = template != NULL;

	if (!template)
		fprintf(stderr, "usage: generate TEMPLATE\n");
	while (well && getline(&line, &room, template) > 0)
		well = print_line(line);
	free(line);
	if (template)
		fclose(template);
	return well && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/command/cli_project.h"
#include "compiler/command/cli_value.h"
#include "compiler/lsp/loop.h"
#include "compiler/pki/pki.h"
#include "compiler/tables/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PKI, PROFILE_NAME, NO_PROJECT };

static const struct cli_option options[] = {
    [PKI] = {"pki", 0, "DIR", "the certificates and keys of the device"},
    [PROFILE_NAME] = {"profile", 0, "rfc|nist|bsi|weos4", "also judge by a policy (WI801, WI802)"},
    [NO_PROJECT] = CLI_NO_PROJECT,
    {0},
};

static bool set_option(const struct cli_command *command, struct lsp_settings *settings, int option,
		       const char *value)
{
	int choice;

	if (option == PKI) {
		settings->pki = value;
		return true;
	}
	if (option == NO_PROJECT) {
		settings->has_no_project = true;
		return true;
	}
	choice = cli_choice(command, "--profile", value, profile_names);
	settings->profile = choice < 0 ? NULL : &profile_table[choice];
	return choice >= 0;
}

/* The folder must be there; it is opened anew for each text, at the time that it is then. */
static int check_pki(const struct cli_command *command, struct lsp_settings *settings)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct pki *pki;
	int status = cli_open_pki(command, settings->pki, &pki);

	settings->now = epoch && *epoch ? cli_now() : LSP_CLOCK;
	pki_free(pki);
	return status;
}

static int serve(const struct lsp_settings *settings)
{
	int error;
	int status = loop_run(settings, STDIN_FILENO, STDOUT_FILENO, &error);

	return cli_written(status, "lsp", error);
}

static int lsp_run(const struct cli_command *command, int argc, char **argv)
{
	struct lsp_settings settings = {.now = LSP_CLOCK};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	while ((option = cli_next(&cli)) >= 0) {
		if (!set_option(command, &settings, option, cli.value))
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand < argc)
		return cli_misuse(command, "'%s' is too much: an editor sends the texts",
				  argv[cli.operand]);
	status = check_pki(command, &settings);
	return status == EXIT_OK ? serve(&settings) : status;
}

const struct cli_command cli_lsp = {
    .name = "lsp",
    .operands = "",
    .line = "Serves an editor, as a language server on standard input and output",
    .more =
	"An editor starts it (docs/editors.md), and gets what 'check' says of a text while it is\n"
	"written, fixes, what a word means, and what can stand at a place.  It writes no file,\n"
	"and shows no secret.  A text without a tunnel gets nothing.  Project files ('.weipsec')\n"
	"count as for 'check', and what is wrong with one is told in the editor.\n"
	"\n"
	"Exit status: 0 the editor ended it, 1 it went away without 'shutdown', also before it\n"
	"said anything, 2 a folder could not be opened, or there was no memory, 64 wrong usage.\n",
    .options = options,
    .run = lsp_run,
};

/* SPDX-License-Identifier: ISC */
#include "compiler/command/listing.h"

#include <errno.h>

const struct cli_option listing_options[] = {
    {"json", 0, NULL, "one JSON document instead of text"},
    {0},
};

int listing_run(const struct cli_command *command, const struct listing *listing, int argc,
		char **argv)
{
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	bool json = false;
	int option;

	while ((option = cli_next(&cli)) >= 0)
		json = true;
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand < argc)
		return cli_misuse(command, "%s takes no operand: '%s' is too much", command->name,
				  argv[cli.operand]);
	if (json && !listing->json())
		return cli_written(EXIT_OK, "standard output", ENOMEM);
	if (!json)
		listing->text();
	return cli_flush(EXIT_OK);
}

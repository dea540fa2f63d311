/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

int main(int argc, char **argv)
{
	const struct cli_program program = {
	    .name = "weipsec",
	    .line = "Checks, compiles and shows the IPsec part of WeOS configuration.",
	    .commands = cli_commands,
	    .proposed = &cli_check,
	};

	return cli_main(&program, argc, argv);
}

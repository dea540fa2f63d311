/* SPDX-License-Identifier: ISC */
#include "compiler/cli.h"

static const struct cli_command *const commands[] = {
    &cli_check, &cli_compile, &cli_show, &cli_rules, &cli_explain, &cli_secret, NULL};

static const struct cli_program program = {
    .name = "weipsec",
    .line = "Checks, compiles and shows the IPsec part of WeOS configuration.",
    .commands = commands,
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}

/* SPDX-License-Identifier: ISC */
#include "runtime/commands.h"

static const struct cli_program program = {
    .name = "weipsec-apply",
    .line = "Applies the IPsec part of WeOS configuration through strongSwan.",
    .commands = apply_commands,
    .fallback = &cli_apply,
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}

/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

const struct cli_command *const cli_commands[] = {
    &cli_check, &cli_compile,  &cli_show,    &cli_fmt,	  &cli_migrate, &cli_diff,
    &cli_pair,	&cli_mirror,   &cli_fleet,   &cli_facts,  &cli_join,	&cli_lsp,
    &cli_rules, &cli_settings, &cli_explain, &cli_secret, NULL};

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COMMANDS_H
#define WEIPSEC_COMMANDS_H

#include "compiler/base/cli.h"

/* The commands of weipsec in the order of the help, ended by NULL, and each of them. */
extern const struct cli_command *const cli_commands[];
extern const struct cli_command cli_check;
extern const struct cli_command cli_compile;
extern const struct cli_command cli_diff;
extern const struct cli_command cli_explain;
extern const struct cli_command cli_facts;
extern const struct cli_command cli_fleet;
extern const struct cli_command cli_fmt;
extern const struct cli_command cli_join;
extern const struct cli_command cli_lsp;
extern const struct cli_command cli_migrate;
extern const struct cli_command cli_mirror;
extern const struct cli_command cli_pair;
extern const struct cli_command cli_rules;
extern const struct cli_command cli_secret;
extern const struct cli_command cli_settings;
extern const struct cli_command cli_show;

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_APPLY_COMMANDS_H
#define WEIPSEC_APPLY_COMMANDS_H

#include "compiler/base/cli.h"

/* The commands of weipsec-apply, ended by NULL, and each of them. */
extern const struct cli_command *const apply_commands[];
extern const struct cli_command cli_apply;
extern const struct cli_command cli_monitor;
extern const struct cli_command cli_status;
extern const struct cli_command cli_confirm;
extern const struct cli_command cli_restart;
extern const struct cli_command cli_rollback;
extern const struct cli_command cli_supervise;

#endif

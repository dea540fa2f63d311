/* SPDX-License-Identifier: ISC */
#include "runtime/command/commands.h"

#include <stddef.h>

const struct cli_command *const apply_commands[] = {&cli_apply,	  &cli_status,	 &cli_supervise,
						    &cli_confirm, &cli_rollback, &cli_restart,
						    &cli_monitor, NULL};

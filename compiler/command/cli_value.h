/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CLI_VALUE_H
#define WEIPSEC_CLI_VALUE_H

#include "compiler/base/cli.h"
#include "compiler/base/text.h"

#include <stdbool.h>
#include <stdint.h>

#include <stdint.h>

struct pki;

/* Values of options and operands that several commands of weipsec take. */

/* The rule with this ID or name (enum rule), or -1, complained of. */
int cli_rule(const struct cli_command *command, const char *word);

/* VALUE of OPTION, a number from LEAST, which is not 0, to MOST; or 0, complained of. */
unsigned cli_number(const struct cli_command *command, const char *option, const char *value,
		    unsigned least, unsigned most);

/* The IDs of tunnels are from 0 to this. */
#define CLI_ID_MAX 65535
/* WORD as the ID of a tunnel into *ID; false, complained of, if it is none. */
bool cli_id(const struct cli_command *command, const char *word, int32_t *id);
/* The same, and nothing is said. */
bool cli_id_read(struct slice word, int32_t *id);

/* SOURCE_DATE_EPOCH, or now; -1 if that is no number. */
int64_t cli_now(void);
/*
 * Opens the folder of --pki (pki.h) at the time of SOURCE_DATE_EPOCH, or now; nothing if DIR is
 * NULL. What status that has; complained of if it is not EXIT_OK.
 */
int cli_open_pki(const struct cli_command *command, const char *dir, struct pki **pki);
/* EXIT_OK, or EXIT_FAILED and complained of where what was read of DIR is not all (pki_error()). */
int cli_judge_pki(const struct pki *pki, const char *dir);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LISTING_H
#define WEIPSEC_LISTING_H

#include "compiler/base/cli.h"

#include <stdbool.h>

/* A command that lists a table: without operands, as text or with --json as one document. */
struct listing {
	void (*text)(void);
	bool (*json)(void); /* false without memory */
};

/* Its options. */
extern const struct cli_option listing_options[];

/* Runs COMMAND, which has those options, on the words of the command line. */
int listing_run(const struct cli_command *command, const struct listing *listing, int argc,
		char **argv);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OUTPUTS_H
#define WEIPSEC_OUTPUTS_H

#include "compiler/base/cli.h"

#include <stddef.h>

#define OUTPUTS_MAX 2

/*
 * The files that a command is to write, which are neither what it reads nor each other.  Zeroed
 * there are none; all of them come before what is to be spared.  Paths outlive it.
 */
struct outputs {
	struct {
		const char *option; /* as it is typed */
		const char *path;
	} list[OUTPUTS_MAX];
	size_t count;
	const char *lost; /* the first of what is read that would be written over, or NULL */
};

/* OPTION asks for PATH, `-' for standard output; NULL: it was not given. */
void outputs_add(struct outputs *outputs, const char *option, const char *path);
/* INPUT is read, `-' for standard input; NULL: nothing is. */
void outputs_spare(struct outputs *outputs, const char *input);
/* So are the files that FOLDER, of --pki, has; NULL as above. */
void outputs_spare_pki(struct outputs *outputs, const char *folder);
/* Wrong usage of COMMAND, complained of, if something would be lost; else 0. */
int outputs_check(const struct outputs *outputs, const struct cli_command *command);

#endif

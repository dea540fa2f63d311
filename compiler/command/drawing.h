/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DRAWING_H
#define WEIPSEC_DRAWING_H

#include "compiler/base/cli.h"
#include "compiler/fleet/network.h"

#include <stdbool.h>

/* The option --graph of `fleet' and `join': a picture of the network, through Graphviz. */

#define DRAWING_OPTION {"graph", 0, "FILE", "draw the network, into FILE.dot or FILE.svg"}

/* True if PATH may be a value of it; else complained of. */
bool drawing_is_known(const struct cli_command *command, const char *path);
/*
 * Draws NETWORK, which was judged, into the file PATH, which appears whole or not at all.  What
 * becomes of STATUS.
 */
int drawing_make(const char *path, const struct network *network, int status);

#endif

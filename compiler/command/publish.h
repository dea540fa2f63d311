/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PUBLISH_H
#define WEIPSEC_PUBLISH_H

#include "backends/output.h"

#include <stdbool.h>

struct files_output;

/* Writes into FILE, which is open.  0, errno, or PUBLISH_TOLD if the user heard why it failed. */
typedef int publish_fill(void *context, struct files_output *file);

#define PUBLISH_TOLD (-1)

/*
 * Writes to PATH, `-' for standard output, what FILL does: complete or not at all, readable by its
 * owner only if it is to hold a SECRET.  What status that has; complained of if it is not EXIT_OK.
 */
int publish_file(const char *path, bool secret, publish_fill *fill, void *context);

/* The same with OUTPUT, whose secrets it knows of. */
int publish_output(const struct output *output, const char *path);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PUBLISH_H
#define WEIPSEC_PUBLISH_H

#include "backends/output.h"

/*
 * Writes OUTPUT to PATH, `-' for standard output: complete or not at all, readable by its owner
 * only when it has secrets.  What status that has; complained of if it is not EXIT_OK.
 */
int publish_output(const struct output *output, const char *path);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MAP_H
#define WEIPSEC_MAP_H

#include "backends/output.h"

#include <stdio.h>

/*
 * Writes where each line of OUTPUT came from, as JSON (design.md, `--map'), to OUT.  TEXT is what
 * the model's spans point into.  Returns 0 without memory; errors of OUT are for the caller to ask.
 */
int map_write(FILE *out, const struct output *output, struct text *text);

#endif

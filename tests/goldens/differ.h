/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GOLDEN_DIFFER_H
#define WEIPSEC_GOLDEN_DIFFER_H

#include "compiler/base/text.h"

#include <stdio.h>

/*
 * Writes to REPORT where ACTUAL differs from EXPECTED, which is called NAME: the lines from the
 * first to the last that differ, some of them, and two around.
 */
void golden_differ(FILE *report, const char *name, struct slice expected, struct slice actual);

#endif

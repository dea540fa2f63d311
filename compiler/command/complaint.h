/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_COMPLAINT_H
#define WEIPSEC_COMPLAINT_H

#include "compiler/compilation/compilation.h"

/*
 * Writes the findings of COMPILATION, of the input PATH, to standard error.  EXIT_OK, or
 * EXIT_FAILED and said why where they are lost to somebody who wants them.
 */
int complaint_write(const char *path, struct compilation *compilation);

#endif

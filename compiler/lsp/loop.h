/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LOOP_H
#define WEIPSEC_LOOP_H

#include "compiler/lsp/documents.h"

/*
 * Serves the editor whose bytes come from IN and go to OUT, until it says `exit', which makes the
 * result 0, or 1 without `shutdown' before it, or is gone, which is the same.  *ERROR is 0, or why
 * it could not go on (errno).
 */
int loop_run(const struct lsp_settings *settings, int in, int out, int *error);

#endif

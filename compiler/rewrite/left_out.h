/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LEFT_OUT_H
#define WEIPSEC_LEFT_OUT_H

#include "compiler/finding/finding.h"

/*
 * Says into FINDINGS, of their text, what of it is no IPsec and is left out of a script: each
 * tunnel of another kind where it begins, and all that stands outside of `tunnel', and comments in
 * it, where the first of them does.
 */
void left_out_report(struct findings *findings);

#endif

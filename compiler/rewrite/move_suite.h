/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MOVE_SUITE_H
#define WEIPSEC_MOVE_SUITE_H

#include "compiler/rewrite/fate.h"

/* Decide of SETTING what the new tunnel has, and say it: phase 1 first. */
void move_suite_ike(struct move *move, enum weos4_setting setting);
void move_suite_esp(struct move *move, enum weos4_setting setting);
void move_suite_pfs(struct move *move, enum weos4_setting setting);

#endif

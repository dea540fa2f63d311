/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ENDS_H
#define WEIPSEC_ENDS_H

#include "compiler/model/model.h"

/*
 * True if TO does not come up with the other end of FROM: what is not known of that is taken to be
 * as FROM has it, turned round.  FROM and TO are enabled, and differ in SETTING, which is in use.
 */
bool ends_both_change(const struct tunnel *from, const struct tunnel *to, enum setting setting);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AUTHENTICATION_H
#define WEIPSEC_AUTHENTICATION_H

#include "compiler/compare/round.h"

/* What must be there before the first message: in version 1 a private key.  False: it has ended. */
bool authentication_begin(struct round *round);
/*
 * Who is who, when a suite is agreed on: the tunnel that answers is that of ROUND from then on.
 * False: it has ended.
 */
bool authentication_run(struct round *round);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ACCOUNT_H
#define WEIPSEC_ACCOUNT_H

#include "compiler/fleet/network.h"
#include "compiler/report/report.h"

/* The account of a network that was judged: a table for people, the pairs for programs. */

/* What a report tells beside findings; good as long as NETWORK. */
struct report_account account_of(struct network *network);
/* The files of NETWORK with their findings. */
void account_report(struct network *network, struct report *report);

#endif

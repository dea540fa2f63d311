/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_JOINING_H
#define WEIPSEC_JOINING_H

#include "compiler/command/cli_report.h"
#include "compiler/fleet/network.h"

/* What `fleet' and `join' do with the sites of a network. */
struct joining {
	struct cli_report asked;
	enum automatic automatic;
};

/* The option of both beside those of a report. */
#define JOINING_AS "weos|weipsec"
#define JOINING_AS_LINE "what automatic suites mean (weos, see below)"
bool joining_as(struct joining *joining, const char *value);

/*
 * Judges the COUNT SITES, each of which has an outcome, and reports them on standard output.  What
 * becomes of STATUS.
 */
int joining_run(struct joining *joining, struct site **sites, size_t count, int status);

#endif

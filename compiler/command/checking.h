/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CHECKING_H
#define WEIPSEC_CHECKING_H

#include "compiler/command/cli_report.h"
#include "compiler/command/operands.h"
#include "compiler/command/patch.h"
#include "compiler/compilation/source.h"
#include "compiler/report/report.h"
#include "compiler/rules/surroundings.h"

#include <stdbool.h>

/* What `check' was asked for, and how far it is. */
struct checking {
	struct cli_report asked;
	unsigned jobs; /* files at once; 0: as many as there are processors for */
	bool fixes;    /* in place */
	bool diffs;
	struct patch patch; /* of these */
	struct operands operands;
	struct report report;
	int status;
};

/* Checks the operands, and returns the status, with which all is complained of and written. */
int checking_run(struct checking *checking);

/*
 * Fixes SOURCE, FILE in its SURROUNDINGS, as it was asked for (fixing.c).  The fixed text,
 * if that is what the file has now, or NULL.
 */
struct compilation *checking_fix(struct checking *checking, const struct report_file *file,
				 const struct surroundings *surroundings,
				 const struct source *source);

#endif

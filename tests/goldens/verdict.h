/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GOLDEN_VERDICT_H
#define WEIPSEC_GOLDEN_VERDICT_H

#include "tests/goldens/captured.h"
#include "tests/goldens/case.h"

#include <stdio.h>

/* What is done with a case. */
enum golden_act {
	GOLDEN_COMPARE, /* its outputs with the files beside it */
	GOLDEN_WRITE,	/* those files anew; REPORT gets the names of those that changed */
	GOLDEN_PROGRAM	/* its outputs with those of the program */
};

/* Does ACT to INPUT.  False if anything is not as it is to be: REPORT then has what, in lines. */
bool golden_judge(struct stage *stage, enum golden_act act, const struct golden_case *input,
		  FILE *report);

#endif

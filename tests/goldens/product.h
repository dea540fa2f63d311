/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GOLDEN_PRODUCT_H
#define WEIPSEC_GOLDEN_PRODUCT_H

#include "tests/goldens/captured.h"

#include <stdbool.h>
#include <stdio.h>

/* What `weipsec' makes of a case, and what of that is compared with a file. */
struct product {
	const char *suffix;   /* of the file beside the input */
	const char *words[6]; /* the command and its options, ended by NULL */
	bool takes_options;   /* those of NAME.args, too */
	bool is_by_hand;      /* nothing writes it */
	bool is_of_accept;    /* not made of what is to have findings */
	int status_max;	      /* a higher exit status is no output */
	/* Writes to KEPT what is compared; false if RUN cannot be what it was to be. */
	bool (*keep)(FILE *kept, const struct captured *run);
};

/* In the order of the comparison, ended by one without a suffix. */
extern const struct product golden_products[];
/* What `show' makes of a case of testdata/show. */
extern const struct product golden_show;

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ERRORS_H
#define WEIPSEC_ERRORS_H

#include "compiler/rewrite/migrate.h"

/* An error of a tunnel of the script, which nothing in the text announced. */
struct migrate_error {
	const struct migrate_error *next;
	int32_t id;
	enum rule rule;
	const char *message, *help; /* of `check'; no help: NULL */
};

/*
 * Says what is wrong with the text itself, and notes which tunnels that makes impossible: a line
 * with an error is not carried over.
 */
void errors_report(struct migration *migration);
/* What the script has of tunnel ID that an earlier errors_find() met, or NULL. */
const struct migrate_error *errors_of(const struct migration *migration, int32_t id);
/*
 * Reads the script, as `check' would, and notes errors of tunnels that are not written as
 * impossible: *FOUND if there is one, and then the script is to be made anew.  False without
 * memory.
 */
bool errors_find(struct migration *migration, bool *found);

#endif

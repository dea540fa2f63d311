/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FIELD_H
#define WEIPSEC_FIELD_H

#include "compiler/model/model.h"

/* The fields of a tunnel, by the setting that each belongs to.  Nobody else knows where they lie. */

/* What is done with a value, by its type; TO is the caller's. */
struct field_visitor {
	void (*flag)(void *to, enum option option, bool value);
	void (*choice)(void *to, enum option option, int value); /* as in option_choices */
	void (*number)(void *to, enum option option, uint32_t value); /* durations too: seconds */
	void (*suite)(void *to, enum option option, const struct suite *value);
	void (*secret)(void *to, enum option option, const struct secret *value);
	void (*label)(void *to, enum option option, struct slice value);
	void (*address)(void *to, enum option option, const struct address *value);
	void (*subnet)(void *to, enum option option, const struct subnet *value);
	void (*identity)(void *to, enum option option, const struct identity *value);
	void (*text)(void *to, enum option option, struct slice value);
};

/* Hands what TUNNEL has for OPTION to VISITOR's function of its type. */
void field_visit(const struct tunnel *tunnel, enum option option,
		 const struct field_visitor *visitor, void *to);
/* Where the value of OPTION goes, for who reads it by its type; a choice goes there as an int. */
void *field_of(struct tunnel *tunnel, enum option option);
/* Gives OPTION the value it has when nothing was said: what rests on others is not resolved. */
void field_reset(struct tunnel *tunnel, enum option option);
/* True if A and B have the same for OPTION, however that was written. */
bool field_equal(const struct tunnel *a, const struct tunnel *b, enum option option);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FIELD_H
#define WEIPSEC_FIELD_H

#include "compiler/model/model.h"

/*
 * The fields of a tunnel, by the setting that each belongs to.  Nobody else knows where they lie.
 */

/* What is done with a value, by its type; TO is the caller's. */
struct field_visitor {
	void (*flag)(void *to, enum setting setting, bool value);
	void (*choice)(void *to, enum setting setting, int value); /* as in setting_choices */
	void (*number)(void *to, enum setting setting, uint32_t value); /* durations too: seconds */
	void (*suite)(void *to, enum setting setting, const struct suite *value);
	void (*secret)(void *to, enum setting setting, const struct secret *value);
	void (*label)(void *to, enum setting setting, struct slice value);
	void (*address)(void *to, enum setting setting, const struct address *value);
	void (*subnet)(void *to, enum setting setting, const struct subnet *value);
	void (*identity)(void *to, enum setting setting, const struct identity *value);
	void (*text)(void *to, enum setting setting, struct slice value);
};

/* Hands what TUNNEL has for SETTING to VISITOR's function of its type. */
void field_visit(const struct tunnel *tunnel, enum setting setting,
		 const struct field_visitor *visitor, void *to);
/* Where the value of SETTING goes, for who reads it by its type; a choice goes there as an int. */
void *field_of(struct tunnel *tunnel, enum setting setting);
/* Gives SETTING the value it has when nothing was said: what rests on others is not resolved. */
void field_reset(struct tunnel *tunnel, enum setting setting);
/* True if A and B have the same for SETTING, however that was written. */
bool field_equal(const struct tunnel *a, const struct tunnel *b, enum setting setting);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_RULES_H
#define WEIPSEC_RULES_H

#include "compiler/check.h"
#include "compiler/model.h"

/* Both effective subnets are known, so that they can be compared with another tunnel's. */
bool selectors_are_readable(const struct tunnel *tunnel);

/* The device's files have no readable secret, so none can be missed in a text (WI427). */
bool device_encrypts_secrets(const struct check *check);

/* What the rules on meaning share: the places of a setting. */

/* The setting's word and all behind it: `version 1'. */
static inline struct span setting_span(const struct tunnel *tunnel, enum option option)
{
	const struct origin *from = &tunnel->from[option];

	return (struct span){from->name.from, from->value.to};
}

static inline struct span setting_value(const struct tunnel *tunnel, enum option option)
{
	return tunnel->from[option].value;
}

#endif

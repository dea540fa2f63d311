/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_RULES_H
#define WEIPSEC_RULES_H

#include "compiler/model/model.h"
#include "compiler/rules/check.h"

/* What the rules on meaning share: the places of a setting. */

/* The setting's word and all behind it: `version 1'. */
static inline struct span setting_span(const struct tunnel *tunnel, enum setting setting)
{
	const struct origin *from = tunnel_origin(tunnel, setting);

	return (struct span){from->name.from, from->value.to};
}

static inline struct span setting_value(const struct tunnel *tunnel, enum setting setting)
{
	return tunnel_origin(tunnel, setting)->value;
}

/* The word that the text of TUNNEL has for SETTING. */
static inline const char *setting_word(const struct tunnel *tunnel, enum setting setting)
{
	int row = tunnel->weos4 ? weos4_of(setting) : -1;

	return row < 0 ? setting_table[setting].word : weos4_table[row].info.word;
}

/* And of the suites; SETTING is SETTING_IKE or SETTING_ESP. */

static inline const struct suite *suite_of(const struct tunnel *tunnel, enum setting setting)
{
	return setting == SETTING_IKE ? tunnel->ike : tunnel->esp;
}

/* False of an automatic one: after `no ike' there is nothing to judge. */
static inline bool suite_written(const struct tunnel *tunnel, enum setting setting)
{
	return tunnel_given(tunnel, setting) || tunnel_bad(tunnel, setting);
}

/* The algorithm of a place, or NULL if there is none or it could not be read. */
static inline const struct algorithm *slot_algorithm(const struct tunnel *tunnel,
						     enum setting setting, enum suite_slot slot)
{
	const struct suite *suite = suite_of(tunnel, setting);

	if (!suite_written(tunnel, setting) || suite->slot[slot].state != SLOT_GIVEN)
		return NULL;
	return suite->slot[slot].algorithm;
}

static inline bool is_aead(const struct algorithm *cipher)
{
	return cipher && cipher->kind == ALGORITHM_AEAD;
}

#endif

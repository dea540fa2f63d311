/* SPDX-License-Identifier: ISC */
/* The identities: a type word or none, and a value. */
#include "compiler/lower/value.h"

#include "compiler/model/identity.h"

#include <string.h>

/* Two words where one value is wanted: an untyped identity may have blanks only if it is a DN. */
static bool has_stray_blanks(const struct reading *reading, enum identity_word type, size_t index)
{
	struct slice rest = reading_rest(reading, index);

	if (reading->count - index == 1 || type == IDENTITY_WORD_DN)
		return false;
	return type != IDENTITY_WORD_AUTODETECT || !memchr(rest.at, '=', rest.length);
}

/* Nothing where memory was short: that is said of the whole text. */
static void report_flaw(const struct reading *reading, struct span at,
			const struct identity_flaw *flaw)
{
	struct finding *finding;

	if (!flaw->why)
		return;
	if (flaw->whole)
		finding = finding_add(reading->findings, flaw->rule, at, "%s", flaw->why);
	else
		finding = finding_add(reading->findings, flaw->rule, at, "%s %s",
				      finding_quote(reading->findings, at), flaw->why);
	if (flaw->help)
		finding_help(reading->findings, finding, "%s", flaw->help);
}

bool value_read_identity(const struct reading *reading)
{
	int type = reading->words[0].flags & AST_QUOTED
		       ? -1
		       : identity_word_find(reading_word(reading, reading->words));
	size_t index = type >= 0;
	struct identity_flaw flaw;
	struct finding *finding;
	struct span at;

	if (index == reading->count) {
		finding =
		    finding_add(reading->findings, WI104, reading->words[0].at,
				"'%s' has a type here, and lacks its value", reading->info->word);
		finding_help(reading->findings, finding, "write '%s %s'", reading->info->word,
			     reading->info->form);
		return false;
	}
	if (type < 0)
		type = IDENTITY_WORD_AUTODETECT;
	if (has_stray_blanks(reading, (enum identity_word)type, index))
		return reading_no_more(reading, index + 1);
	at = words_span(reading->words + index, reading->count - index);
	if (identity_parse(reading->findings->arena, (enum identity_word)type,
			   reading_rest(reading, index), reading->value, &flaw))
		return true;
	report_flaw(reading, at, &flaw);
	return false;
}

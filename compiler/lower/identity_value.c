/* SPDX-License-Identifier: ISC */
/* The identities: a type word or none, and a value. */
#include "compiler/lower/value.h"

#include "compiler/model/identity.h"

#include <string.h>

/* Two words where one value is wanted: an untyped identity may have blanks only if it is a DN. */
static bool has_stray_blanks(const struct setting *setting, enum identity_word type, size_t index)
{
	struct slice rest = words_rest(setting, index);

	if (setting->count - index == 1 || type == IDENTITY_WORD_DN)
		return false;
	return type != IDENTITY_WORD_AUTODETECT || !memchr(rest.at, '=', rest.length);
}

/* Nothing where memory was short: that is said of the whole text. */
static void report_flaw(const struct setting *setting, struct span at,
			const struct identity_flaw *flaw)
{
	struct finding *finding;

	if (!flaw->why)
		return;
	if (flaw->whole)
		finding = finding_add(setting->findings, flaw->rule, at, "%s", flaw->why);
	else
		finding = finding_add(setting->findings, flaw->rule, at, "%s %s",
				      finding_quote(setting->findings, at), flaw->why);
	if (flaw->help)
		finding_help(setting->findings, finding, "%s", flaw->help);
}

bool value_read_identity(const struct setting *setting)
{
	int type = setting->words[0].flags & AST_QUOTED
		       ? -1
		       : identity_word_find(word_text(setting, setting->words));
	size_t index = type >= 0;
	struct identity_flaw flaw;
	struct finding *finding;
	struct span at;

	if (index == setting->count) {
		finding = finding_add(setting->findings, WI104, setting->words[0].at,
				      "'%s' has a type here, and lacks its value",
				      option_table[setting->option].word);
		finding_help(setting->findings, finding, "write '%s %s'",
			     option_table[setting->option].word,
			     option_table[setting->option].form);
		return false;
	}
	if (type < 0)
		type = IDENTITY_WORD_AUTODETECT;
	if (has_stray_blanks(setting, (enum identity_word)type, index))
		return value_no_more(setting, index + 1);
	at = words_span(setting->words + index, setting->count - index);
	if (identity_parse(setting->findings->arena, (enum identity_word)type,
			   words_rest(setting, index), setting->value, &flaw))
		return true;
	report_flaw(setting, at, &flaw);
	return false;
}

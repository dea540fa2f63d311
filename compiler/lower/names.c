/* SPDX-License-Identifier: ISC */
/* Which setting a word means, in the language of the text. */
#include "compiler/lower/names.h"

#include "compiler/lower/lower.h"

#include <stdio.h>
#include <string.h>

bool lower_is_setting(struct slice word)
{
	return setting_find(word) >= 0 || weos4_instead(word) || weos4_match(word, true).count == 1;
}

/* `peer=192.0.2.1', `peer:': the setting before the mark, or -1. */
static int setting_before_mark(struct slice word)
{
	struct slice name = {word.at, 0};
	struct setting_match match;

	while (name.length < word.length && name.at[name.length] != '=' &&
	       name.at[name.length] != ':')
		name.length++;
	match = setting_match(name);
	return name.length < word.length && match.count == 1 ? (int)match.first : -1;
}

static void suggest_setting(struct findings *findings, struct finding *finding, struct span at,
			    struct slice word)
{
	const char *stranger = setting_stranger(word);
	const char *nearest = setting_nearest(word);
	int marked = setting_before_mark(word);
	bool certain;

	if (stranger)
		finding_help(findings, finding, "%s", stranger);
	else if (marked >= 0)
		finding_help(findings, finding, "write '%s%s%s'", setting_table[marked].word,
			     *setting_table[marked].form ? " " : "", setting_table[marked].form);
	else if (nearest)
		finding_help(findings, finding, "write '%s'", nearest);
	else
		finding_help(
		    findings, finding,
		    "'weipsec explain WI102' lists the settings; 'end' closes the instance");
	if (!stranger && marked < 0 && setting_meant(word, &certain) >= 0 && certain)
		finding_edit(findings, finding, at, nearest);
}

void names_report_weos4(struct findings *findings, struct span at, struct slice word)
{
	struct finding *finding =
	    finding_add(findings, WI114, at, "%s is a WeOS 4 setting: WeOS 5 has none",
			finding_quote(findings, at));

	finding_help(findings, finding, "%s", weos4_instead(word));
}

static void unknown_setting(struct findings *findings, struct span at, struct slice word)
{
	const char *quote = finding_quote(findings, at);
	struct finding *finding;

	if (weos4_instead(word)) {
		names_report_weos4(findings, at, word);
		return;
	}
	finding = finding_add(findings, WI102, at, "no such setting of 'ipsec': %s", quote);
	if (finding)
		suggest_setting(findings, finding, at, word);
}

static void ambiguous_setting(struct findings *findings, struct span at, struct setting_match match)
{
	char list[240];
	size_t used = 0;
	struct finding *finding;

	for (int i = 0; i < match.count && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s'%s'", i ? ", " : "",
					 setting_table[(int)match.first + i].word);
	finding = finding_add(findings, WI103, at, "%s fits several settings: %s",
			      finding_quote(findings, at), list);
	finding_help(findings, finding, "write one of them in full");
}

/* --- of WeOS 4 -------------------------------------------------------------------------------- */

/* A word that only WeOS 5 has. */
static void report_weos5(struct findings *findings, struct span at, int setting)
{
	const char *word = setting_table[setting].word;
	struct finding *finding = finding_add(
	    findings, WI114, at, "%s is a WeOS 5 setting: WeOS 4 is not known to have it",
	    finding_quote(findings, at));

	if (weos4_of((enum setting)setting) >= 0)
		finding_help(findings, finding, "write '%s'",
			     weos4_table[weos4_of((enum setting)setting)].info.word);
	else if (setting == SETTING_VERSION)
		finding_help(findings, finding, "drop it: WeOS 4 is taken to have version 1 only");
	else
		finding_help(
		    findings, finding,
		    "drop '%s'; or check the file with '--dialect weos5', if it is for WeOS 5",
		    word);
}

static void unknown_weos4(struct findings *findings, struct span at, struct slice word)
{
	const char *nearest = weos4_nearest(word);
	struct finding *finding;

	if (setting_find(word) >= 0) {
		report_weos5(findings, at, setting_find(word));
		return;
	}
	finding = finding_add(findings, WI102, at, "no such setting of 'ipsec' in WeOS 4: %s",
			      finding_quote(findings, at));
	if (nearest)
		finding_help(findings, finding, "write '%s'", nearest);
	else
		finding_help(findings, finding, "docs/migration.md lists the settings of WeOS 4");
}

static void ambiguous_weos4(struct findings *findings, struct span at, struct slice word)
{
	char list[240];
	size_t used = 0;

	for (int i = WEOS4_INSTANCE; i < WEOS4_COUNT && used < sizeof(list); i++) {
		const char *known = weos4_table[i].info.word;

		if (strncmp(word.at, known, word.length) == 0)
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s'%s'",
						 used ? ", " : "", known);
	}
	finding_help(findings,
		     finding_add(findings, WI103, at, "%s fits several settings: %s",
				 finding_quote(findings, at), list),
		     "write one of them in full");
}

static void set_weos4(struct name *name, int row)
{
	int counterpart = weos4_table[row].counterpart;

	name->weos4 = row;
	name->info = &weos4_table[row].info;
	name->setting = counterpart == WEOS4_NONE ? SETTING_COUNT : (enum setting)counterpart;
}

static bool find_weos4(struct findings *findings, const struct ast_command *command,
		       struct slice word, struct name *name)
{
	struct weos4_match match = weos4_match(word, command->kind == AST_CHILD);

	if (match.count == 1)
		set_weos4(name, (int)match.first);
	else if (match.count > 1)
		ambiguous_weos4(findings, command->keyword, word);
	else
		unknown_weos4(findings, command->keyword, word);
	return match.count == 1;
}

/* --- of either -------------------------------------------------------------------------------- */

static bool find_weos5(struct findings *findings, const struct ast_command *command,
		       struct slice word, struct name *name)
{
	struct setting_match match = setting_match(word);

	if (match.count == 1)
		*name = (struct name){match.first, -1, &setting_table[match.first]};
	else if (match.count > 1)
		ambiguous_setting(findings, command->keyword, match);
	else
		unknown_setting(findings, command->keyword, word);
	return match.count == 1;
}

bool name_find(struct findings *findings, const struct ast_command *command, bool is_weos4,
	       struct name *name)
{
	struct slice word = ast_word_text(
	    findings->text, (struct ast_word){.at = command->keyword, .flags = command->flags});

	if (command->flags & AST_BAD)
		return false;
	if (command->flags & AST_UNCLOSED) {
		finding_add(findings, WI115, command->keyword,
			    "a quote begins here that is not closed on this line");
		return false;
	}
	return (is_weos4 ? find_weos4 : find_weos5)(findings, command, word, name);
}

bool name_is_known(struct slice word, bool is_weos4)
{
	return is_weos4 ? weos4_match(word, false).count > 0 : setting_match(word).count > 0;
}

int name_meant(struct slice word, bool is_weos4)
{
	const char *nearest = is_weos4 ? weos4_nearest(word) : NULL;
	bool certain;
	int row;

	if (!is_weos4)
		return setting_meant(word, &certain);
	if (!nearest)
		return -1;
	row = (int)weos4_match((struct slice){nearest, strlen(nearest)}, false).first;
	return weos4_table[row].counterpart;
}

bool name_may_be_secret(struct slice word, bool is_weos4)
{
	static const char secret[] = "secret";

	return (word.length && word.length < sizeof(secret) &&
		memcmp(word.at, secret, word.length) == 0) ||
	       name_meant(word, is_weos4) == SETTING_SECRET;
}

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_READING_H
#define WEIPSEC_READING_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "grammar/ast.h"

/* The words of one setting, and where their meaning goes. */
struct reading {
	struct findings *findings;
	struct arena *secrets;
	struct text *text;
	enum setting setting; /* SETTING_COUNT of one that only WeOS 4 has */
	const struct setting_info *info;
	struct weos4_tunnel *weos4; /* NULL of a WeOS 5 text, and under `tunnel' */
	bool is_weos4;
	struct span name;
	const struct ast_word *words;
	size_t count;
	void *value; /* the setting's field (field.h) */
};

/* The help where a setting has two subnets. */
#define READING_ONE_SUBNET "one subnet a tunnel: make a second instance, 'ipsec ID', for the other"

/* The text of a word, its quotes stripped. */
struct slice reading_word(const struct reading *reading, const struct ast_word *word);
/* From the first of COUNT words to the end of the last. */
struct span words_span(const struct ast_word *words, size_t count);
/* The words from the INDEXth on as one text, of which quotes go only if they span it all. */
struct slice reading_rest(const struct reading *reading, size_t index);
/*
 * A '#' inside a word cuts the word there, and the line with it; in a secret it is a mistake that
 * value_read_secret() reports.  The words may be copied for that.
 */
void reading_cut_comment(struct reading *reading);
/* WI105 for the words from the INDEXth on, if there are any: false then. */
bool reading_no_more(const struct reading *reading, size_t index);

#endif

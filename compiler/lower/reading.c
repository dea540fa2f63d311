/* SPDX-License-Identifier: ISC */
#include "compiler/lower/reading.h"

#include <string.h>

struct slice reading_word(const struct reading *reading, const struct ast_word *word)
{
	return ast_word_text(reading->text, *word);
}

struct span words_span(const struct ast_word *words, size_t count)
{
	return (struct span){words[0].at.from, words[count - 1].at.to};
}

/* One of the words from the INDEXth on is another subnet. */
static bool has_slash(const struct reading *reading, size_t index)
{
	for (; index < reading->count; index++) {
		struct slice word = reading_word(reading, &reading->words[index]);

		if (memchr(word.at, '/', word.length))
			return true;
	}
	return false;
}

bool reading_no_more(const struct reading *reading, size_t index)
{
	struct finding *finding;

	if (index >= reading->count)
		return true;
	finding = finding_add(reading->findings, WI105,
			      words_span(reading->words + index, reading->count - index),
			      "'%s' is complete before %s", reading->info->word,
			      finding_quote(reading->findings, reading->words[index].at));
	if (reading->info->type == SETTING_SUBNET && has_slash(reading, index))
		finding_help(reading->findings, finding, READING_ONE_SUBNET);
	else if (index == 1 && reading->info->type == SETTING_SUBNET)
		finding_help(reading->findings, finding,
			     "write the subnet as one word, 192.0.2.0/24");
	else if (index == 1 && reading->info->type == SETTING_IDENTITY)
		finding_help(reading->findings, finding,
			     "an identity is one word, or one behind inet, name, email, key or dn");
	else
		finding_help(reading->findings, finding, "remove what is too much");
	return false;
}

struct slice reading_rest(const struct reading *reading, size_t index)
{
	const struct ast_word *words = reading->words + index;
	size_t count = reading->count - index;

	return count == 1 ? reading_word(reading, words)
			  : text_slice(reading->text, words_span(words, count));
}

void reading_cut_comment(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		struct slice word = text_slice(reading->text, reading->words[i].at);
		struct finding *finding;
		struct ast_word *copy;
		const char *mark;

		if (!(reading->words[i].flags & AST_GLUED))
			continue;
		copy = arena_alloc(reading->findings->arena, (i + 1) * sizeof(*copy));
		if (!copy)
			return;
		memcpy(copy, reading->words, (i + 1) * sizeof(*copy));
		mark = memchr(word.at, '#', word.length);
		copy[i].at.to = copy[i].at.from + (uint32_t)(mark - word.at);
		copy[i].flags &= ~(unsigned)AST_GLUED;
		finding = finding_add(reading->findings, WI121, reading->words[i].at,
				      "'#' ends this word and begins a comment");
		finding_help(reading->findings, finding, "put a blank before a comment");
		reading->words = copy;
		reading->count = i + 1;
		return;
	}
}

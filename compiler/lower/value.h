/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_VALUE_H
#define WEIPSEC_VALUE_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "grammar/ast.h"

/* The words of one setting, and where their meaning goes. */
struct setting {
	struct findings *findings;
	struct arena *secrets;
	struct text *text;
	enum option option;
	struct span name;
	const struct ast_word *words;
	size_t count;
	void *value; /* the option's field (field.h) */
};

/*
 * Reads a setting's value by its type.  False if it cannot be read; then a finding says why.  A suite
 * keeps what was read of it; what any other field holds then is of no meaning.
 */
bool value_read(const struct setting *setting);

/* The text of a word, its quotes stripped. */
struct slice word_text(const struct setting *setting, const struct ast_word *word);
/* From the first of COUNT words to the end of the last. */
struct span words_span(const struct ast_word *words, size_t count);
/* WI105 for the words from the INDEXth on, if there are any: false then. */
bool value_no_more(const struct setting *setting, size_t index);

/* The readers that fill a file of their own. */
bool value_read_address(const struct setting *setting);
bool value_read_subnet(const struct setting *setting);
bool value_read_suite(const struct setting *setting);
bool value_read_secret(const struct setting *setting);

/* What certificates on a device can be called: 1 to 64 of [A-Za-z0-9._-]. */
bool label_is_legal(struct slice word);
/* A decimal number without leading zeros, at most UINT32_MAX. */
bool number_read(struct slice word, uint32_t *number);
/* A dotted quad without leading zeros. */
bool address_read(struct slice word, uint32_t *ip);
/* Why IP can be neither end of a tunnel, or NULL. */
const char *address_flaw(uint32_t ip);
/* `A/L' without its host bits; false if it is none, or one that no tunnel can carry. */
bool subnet_read(struct slice word, struct subnet *subnet);

#endif

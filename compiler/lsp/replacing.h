/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_REPLACING_H
#define WEIPSEC_REPLACING_H

#include "compiler/lsp/answers.h"

/* Edits of the text that is asked of; each is NULL without memory. */

/* One that replaces what is AT by WORDS. */
json_t *replacing_json(const struct asking *asking, struct span at, struct slice words);
/* A list of those that make AFTER of it: of a text with as many lines a line each, else one. */
json_t *replacing_lines(const struct asking *asking, struct text *after);
/* The change of a workspace that EDITS, which it takes over, are. */
json_t *replacing_edit(const struct asking *asking, json_t *edits);

#endif

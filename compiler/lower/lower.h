/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LOWER_H
#define WEIPSEC_LOWER_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "grammar/ast.h"

/*
 * Reads the text of FINDINGS and lowers it to the model: which instances there are, what each setting says, and
 * the defaults of what was not said.  Adds the findings on its form and those on single settings.  DIALECT is an
 * enum dialect, or -1 for what the text's header says.  The model lies in the findings' arena, decoded secrets in
 * SECRETS.  NULL without memory, else *REFUSED is true of a text that was not read at all.
 */
struct model *lower(struct findings *findings, struct arena *secrets, int dialect, bool *refused);

/*
 * Reads what one COMMAND of the findings' text, which sets or unsets, says into TUNNEL, of which nothing is
 * resolved: its state, its origin, its value.  Which setting it is, or -1.
 */
int lower_setting(struct findings *findings, struct arena *secrets, const struct ast_command *command,
		  struct tunnel *tunnel);
/* The ID that COMMAND, which enters or removes an instance of TEXT, has, or -1. */
int32_t lower_id(const struct text *text, const struct ast_command *command);

/* True if WORD is a setting of `ipsec ID', of WeOS 5 or 4: exact, no abbreviation. */
bool lower_is_setting(struct slice word);

#endif

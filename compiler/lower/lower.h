/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LOWER_H
#define WEIPSEC_LOWER_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "grammar/ast.h"

/*
 * Lowers AST to the model: which instances there are, what each setting says, and the defaults of
 * what was not said.  Adds the findings on single settings.  The model lies in the findings' arena,
 * decoded secrets in SECRETS.  NULL without memory.
 */
struct model *lower(const struct ast *ast, struct findings *findings, struct arena *secrets);

/* True if WORD is a setting of `ipsec ID', of WeOS 5 or 4: exact, no abbreviation. */
bool lower_is_setting(struct slice word);

#endif

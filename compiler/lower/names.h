/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_NAMES_H
#define WEIPSEC_NAMES_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "grammar/ast.h"

/* A setting, as a word named it. */
struct name {
	enum setting setting; /* whose field has its value; SETTING_COUNT: none */
	int weos4;	      /* its row in weos4_table, or -1 of WeOS 5 */
	const struct setting_info *info;
};

/* The setting that COMMAND names, of `ipsec ID' or (AST_CHILD) of `tunnel' in WeOS 4; false with a
 * finding. */
bool name_find(struct findings *findings, const struct ast_command *command, bool is_weos4,
	       struct name *name);
/* WORD is a setting of `ipsec ID', or abbreviates some. */
bool name_is_known(struct slice word, bool is_weos4);
/* The field of the setting that a misspelt WORD is nearest to, or -1. */
int name_meant(struct slice word, bool is_weos4);
/* WORD may mean `secret', as a short or a misspelt form of it. */
bool name_may_be_secret(struct slice word, bool is_weos4);
/* WI114 for WORD, which only WeOS 4 has. */
void names_report_weos4(struct findings *findings, struct span at, struct slice word);

#endif

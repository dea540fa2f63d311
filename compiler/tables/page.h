/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PAGE_H
#define WEIPSEC_PAGE_H

#include "compiler/tables/rule.h"

/* docs/rules/WInnn.md, made when this is built; NULL in all: there is none. */
struct page {
	const char *what;     /* what the rule finds, one paragraph on one line */
	const char *text;     /* all but the title, for a terminal */
	const char *markdown; /* as it stands */
};

extern const struct page page_table[RULE_COUNT];

#endif

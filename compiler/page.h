/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PAGE_H
#define WEIPSEC_PAGE_H

#include "compiler/rule.h"

/* docs/rules/WInnn.md as text without its title, made when this is built; NULL: there is none. */
extern const char *const page_table[RULE_COUNT];

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GLOB_H
#define WEIPSEC_GLOB_H

#include "compiler/base/text.h"

#include <stdbool.h>

/* Longer patterns are flawed. */
#define GLOB_MAX 1024

/*
 * Patterns as in .gitignore, without `!': one with `/' at its beginning or inside is anchored to
 * the folder, else it is for names at any depth; with `/' at its end it is for folders; `**' is any
 * number of folders, `*' and `?' stay in a name, `[a-z]' and `[!a-z]' are one character of it, and
 * a backslash takes what is special from the next one.
 */

/* What is wrong with PATTERN, or NULL. */
const char *glob_flaw(struct slice pattern);
/*
 * Does PATTERN, without a flaw, match PATH, relative to its folder, or a folder that PATH is in?
 * The time is that of both lengths multiplied, at most.
 */
bool glob_covers(struct slice pattern, struct slice path, bool is_folder);

#endif

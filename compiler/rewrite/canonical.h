/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CANONICAL_H
#define WEIPSEC_CANONICAL_H

#include "compiler/compilation/compilation.h"
#include "grammar/ast.h"

#include <stdbool.h>

/* The commands of a text, each with its words in their canonical form.  Internal to formatting. */

struct canonical_command {
	enum ast_kind kind;
	struct span at;
	int32_t id;	    /* ENTER, REMOVE: the ID, or -1 */
	int setting;	    /* SET, UNSET: the setting, or -1 */
	bool is_bad;	    /* its value cannot be read: as it stands */
	struct slice words; /* the value; of other commands, or without a setting, the line */
};

struct canonical {
	struct compilation *original;
	struct findings unheard;
	struct canonical_command *list; /* from malloc() */
	size_t count, room;
	bool has_abort;
	bool failed; /* out of memory */
};

void canonical_init(struct canonical *canonical, struct compilation *original);
void canonical_free(struct canonical *canonical);
/* Adds COMMAND. */
void canonical_take(struct canonical *canonical, const struct ast_command *command);

/* The end of the line that ends before TO into *LINE_END; it stays where the text just ends. */
void canonical_line_end(const struct text *text, uint32_t to, const char **line_end);
/* Where in HELD, comments and blank lines above a path, what belongs to that begins. */
uint32_t canonical_comments(const struct text *text, struct span held);

#endif

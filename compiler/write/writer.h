/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WRITER_H
#define WEIPSEC_WRITER_H

#include "backends/output.h"
#include "compiler/base/arena.h"
#include "compiler/model/model.h"

#include <stdbool.h>

/*
 * Whoever writes WeOS text writes it with this: canonical lines, contexts with their `end' at the
 * depth of what they hold, settings in the order of the guide.  Of the lines of a setting OUTPUT
 * keeps where they came from.
 */

#define WRITER_INDENT 8 /* blanks a level, as the devices have it */

struct writer {
	struct output *output;
	const char *line_end; /* "\n" or "\r\n" */
	unsigned indent;      /* blanks a level */
	unsigned level;	      /* contexts that are open */
	struct slice
	    behind; /* a comment with its `#' that the next line ends with; then it is empty */
};

/* Line feeds, WRITER_INDENT blanks a level, no context open; OUTPUT outlives it. */
void writer_init(struct writer *writer, struct output *output);
/* A line of its own. */
void writer_line(struct writer *writer, struct slice line);
/* The same, printed.  Nothing in it comes from a secret. */
void writer_printf(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `# TEXT' */
void writer_comment(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The header of a context, such as `tunnel', and one level deeper. */
void writer_open(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Its `end', and one level less. */
void writer_close(struct writer *writer);
/* `SETTING WORDS', or without any, `SETTING'; `no SETTING'. */
void writer_set(struct writer *writer, enum setting setting, struct slice words);
void writer_unset(struct writer *writer, enum setting setting);
/*
 * The line that gives SETTING what TUNNEL has: none if it was never named, `no SETTING' where that
 * is what makes the value.  Words come from ARENA, which is wiped.  False if no words of WeOS make
 * the value: nothing is written then.
 */
bool writer_value(struct writer *writer, struct arena *arena, const struct tunnel *tunnel,
		  enum setting setting);
/* The settings in the order of the guide, I below SETTING_COUNT, and the place of one in it. */
enum setting writer_order(int i);
int writer_rank(enum setting setting);

#endif

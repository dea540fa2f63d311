/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FORMAT_H
#define WEIPSEC_FORMAT_H

#include "compiler/compilation/compilation.h"

#include <stdbool.h>

#define FORMAT_INDENT 8 /* blanks a level, as the devices have it */

/* What comes of formatting a text. */
enum format_outcome {
	FORMAT_DONE,
	FORMAT_REFUSED, /* an error of WI1xx, or WI124: nobody knows all that it says */
	FORMAT_CHANGES, /* it would be read otherwise, for foreign contexts that end only by how
			   they are indented, or that a session types in and out of */
	FORMAT_MEMORY
};

/* Of FORMAT_CHANGES, for who wants the text formatted: what is wrong, and what to write. */
extern const char format_changes_why[];

/*
 * The canonical form of what ORIGINAL, compiled in SURROUNDINGS, was read from, with INDENT blanks
 * a level, into *FORMATTED: the same model, foreign text as it is, and its form is itself.  Of a
 * session it is what was typed or shown.
 */
enum format_outcome format_run(struct compilation *original,
			       const struct surroundings *surroundings, unsigned indent,
			       struct text **formatted);
/* True of a pasted session: what is printed of one is another text, not a better one. */
bool format_is_of_session(const struct text *text);
/* True of a finding for which a text is not formatted. */
bool format_is_refused_by(const struct finding *finding);

#endif

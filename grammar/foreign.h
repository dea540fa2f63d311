/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FOREIGN_H
#define WEIPSEC_FOREIGN_H

#include "grammar/lines.h"
#include "grammar/session.h"

/* A foreign context whose lines tell of the device. */
enum foreign_context { FOREIGN_NONE, FOREIGN_SYSTEM, FOREIGN_INTERFACE };

struct foreign {
	enum foreign_context context;
	struct ast_word name; /* of the interface */
	unsigned header;      /* depth of its header */
	unsigned body;	      /* depth of its first line */
	bool has_body;
	size_t told; /* lines that became commands */
};

/* A foreign LINE from AT on, outside of `tunnel': what it tells of the device. */
void foreign_line(struct foreign *foreign, const struct line *line, uint32_t at);
/* The same for a line behind the PROMPT of a foreign context. */
void foreign_prompted(struct foreign *foreign, const struct line *line,
		      const struct prompt *prompt, uint32_t at);
/* LINE is an `end': it ends the context, if it is not a deeper one's. */
void foreign_end(struct foreign *foreign, const struct line *line);

#endif

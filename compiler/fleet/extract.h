/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_EXTRACT_H
#define WEIPSEC_EXTRACT_H

#include "compiler/base/arena.h"
#include "compiler/base/text.h"
#include "compiler/model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The lines of a text that a report may show, and no other: their secrets are masked already, so
 * that they may leave the machine.  As a text of its own it counts its lines as the other does.
 */
struct extract {
	struct text *from;
	bool is_document; /* no line of it may be shown: they are blanks here */
	struct arena *arena;
	struct extract_line *lines; /* in the order of FROM once it is made */
	size_t count, room;
	bool is_sorted;
	size_t last; /* the line that was mapped last: the next one is near */
};

void extract_init(struct extract *extract, struct text *from, bool is_document,
		  struct arena *arena);
/* The line on which OFFSET lies is to be in it. */
void extract_want(struct extract *extract, uint32_t offset);
/*
 * The same of a line that is known to have nothing but AT, which is harmless; VALUE, in AT, is
 * masked if it is not empty.
 */
void extract_want_only(struct extract *extract, struct span at, struct span value);
/*
 * The lines as a text called NAME, which the caller owns; `numbers' and the map to it are of ARENA.
 * NULL without memory.
 */
struct text *extract_make(struct extract *extract, const char *name, struct arena *arena);
/* Where AT, on one line that is in it, lies in the text that was made. */
struct span extract_map(struct extract *extract, struct span at);

#endif

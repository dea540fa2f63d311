/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ENDING_H
#define WEIPSEC_ENDING_H

#include "compiler/base/text.h"

#include <stdbool.h>

struct context;

/* What tells how the text ends: lines by where they begin.  Internal to grammar/. */
struct ending {
	uint32_t line;	  /* the last one that there is */
	uint32_t first;	  /* its first word, behind a prompt */
	uint32_t command; /* the last one with a command that more could belong to */
	uint32_t closed;  /* the last one with `end', `leave' and the like: complete as it stands */
	struct span left_open; /* a context in which captured output ended; empty: none */
};

/* No line so far. */
#define ENDING_NONE                                                                                \
	{                                                                                          \
		UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,                                    \
		{                                                                                  \
			0, 0                                                                       \
		}                                                                                  \
	}

/* The line at FROM begins, with its first word at FIRST. */
void ending_line(struct ending *ending, uint32_t from, uint32_t first);
/* The line at FROM is a command of ours, and IS_CLOSED: nothing more belongs to it. */
void ending_command(struct ending *ending, uint32_t from, bool is_closed);
/* The output of a command that printed configuration ends, before the next prompt. */
void ending_output(struct context *context);
/* At the end of the text, before its contexts are closed: into its tree. */
void ending_find(const struct context *context);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LINES_H
#define WEIPSEC_LINES_H

#include "grammar/reader.h"

/* The line that is being read: its words and its bytes.  Internal to grammar/. */
struct line {
	struct reader *reader;
	bool in_header; /* no line so far but comments */
	bool is_ours;	/* some line was a command of ours */

	uint32_t from;
	uint32_t start;	  /* behind what a pager left on it */
	uint32_t first;	  /* where its first word begins, behind the blanks */
	uint32_t typed;	  /* behind its prompt; start if it has none */
	unsigned depth;	  /* columns of blanks before its first word */
	bool is_prompted; /* it is typed behind a session's prompt */
	uint32_t since;	  /* where the text that it is part of begins: ast_command.since */
	bool bad_byte;	  /* WI109 was reported for it */
	bool broken;	  /* a carriage return stands in its command: WI109 was reported */
	bool unclosed[2]; /* no later ' (no later ") on this line ends a word */
};

/* Begins the line at FROM. */
void line_begin(struct line *line, uint32_t from);
/* Ends the line at TO, where its line end stands: WI117 if it is too long. */
void line_end(struct line *line, uint32_t to);

/* The word at AT, up to a blank, a comment or the line's end. */
struct slice line_word_at(const struct line *line, uint32_t at);
/* Behind the blanks, and what is as good as one, at AT. */
uint32_t line_skip_blanks(const struct line *line, uint32_t at);
/* Where the word behind the one at AT begins. */
uint32_t line_word_behind(const struct line *line, uint32_t at);
/* Nothing but a comment, if anything, follows from AT on, which is no blank. */
bool line_is_empty(const struct line *line, uint32_t at);

/* `ipsec N' stands AT it. */
bool line_is_instance(const struct line *line, uint32_t at);

/* A word that is not plain, its bytes checked; FLAGS (enum ast_word_flag) tell of its quotes. */
struct ast_word line_word(struct line *line, struct span at, unsigned flags);
/* The quoted word that begins at FROM: behind its closing quote, or 0 if the line has none. */
uint32_t line_quote_end(struct line *line, uint32_t from);
/* A comment from AT to the end of the line, glued to the word before it or not. */
void line_comment(struct line *line, uint32_t at);
/* Bytes that need a look: WI109 once a line.  UTF8: beyond ASCII they must be characters. */
bool line_bytes_ok(struct line *line, struct span at, bool utf8);

#endif

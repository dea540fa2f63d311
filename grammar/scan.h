/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SCAN_H
#define WEIPSEC_SCAN_H

#include "grammar/context.h"

/* What the scanner makes of bytes.  Only words have a value. */
enum token {
	TOKEN_NONE, /* the end of the text */
	TOKEN_WORD,
	TOKEN_TUNNEL,
	TOKEN_IPSEC,
	TOKEN_NO,
	TOKEN_END,
	TOKEN_LEAVE,
	TOKEN_ABORT,
	TOKEN_CONFIGURE,
	TOKEN_EOL,
	TOKEN_MARK /* what no word begins with */
};

/* A scanner over the text of CONTEXT, whose lines it begins and ends; NULL without memory. */
void *scan_open(struct context *context);
void scan_close(void *scanner);
/* The next token and its place. */
enum token scan_token(struct ast_word *word, struct span *at, void *scanner);

#endif

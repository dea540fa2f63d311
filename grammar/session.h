/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SESSION_H
#define WEIPSEC_SESSION_H

#include "compiler/base/text.h"

#include <stdbool.h>

/* A terminal session, pasted: its lines begin with prompts, which say the context. */

enum prompt_context {
	PROMPT_EXEC,	/* not configuring */
	PROMPT_CONFIG,	/* config/ */
	PROMPT_TUNNEL,	/* config/tunnel/ */
	PROMPT_IPSEC,	/* config/tunnel/ipsec-N/ */
	PROMPT_SYSTEM,	/* config/system */
	PROMPT_INTERFACE, /* config/iface-NAME/, and below it */
	PROMPT_CHILD,	/* another context under config/tunnel/ */
	PROMPT_FOREIGN	/* any other context of the configuration */
};

struct prompt {
	uint32_t length; /* bytes up to and with `#>'; 0: there is no prompt */
	enum prompt_context context;
	uint32_t host;	 /* bytes of the host name */
	struct span id;	 /* PROMPT_IPSEC: N, PROMPT_INTERFACE: NAME */
};

/* What the prompts so far say of the lines to come. */
struct session {
	bool is_one;
	bool capture; /* unprompted lines are the output of a command that prints configuration */
	struct span prompted_line; /* the line before this one, if it began with a prompt */
	uint32_t typed;		   /* where its command begins */
	struct span prompt_id;	   /* prompt.id of the last one */
};

/* 1 if some line of TEXT begins with a prompt. */
bool session_detect(const struct text *text);
/* The prompt that begins at FROM. */
struct prompt session_prompt(const struct text *text, uint32_t from);
/*
 * The prompt of the line at FROM, behind what a pager left there; *COMMAND is where what is typed
 * behind it begins, or the line where there is none.
 */
struct prompt session_line_prompt(const struct text *text, uint32_t from, uint32_t *command);
/*
 * True if TEXT is a JSON document, at *AT: alone, or as a capture has it, behind comments, a
 * pager's banner, a prompt and the echo of the command that printed it; in UTF-16 (*AT is 0 then),
 * too.  Not if something is typed into the configuration as well: that is read.
 */
bool session_is_json(const struct text *text, uint32_t *at);
/* Finds a document in the first LINES lines, whatever else is there: *AT is where it begins. */
bool session_find_json(const struct text *text, size_t lines, uint32_t *at);
/* Writes blanks over what a pager left in TEXT. */
void session_wipe_pager(struct text *text);
/* True if the command in LINE prints a configuration as CLI text. */
bool session_prints_config(struct slice line);

#endif

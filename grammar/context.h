/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CONTEXT_H
#define WEIPSEC_CONTEXT_H

#include "grammar/ending.h"
#include "grammar/foreign.h"
#include "grammar/lines.h"
#include "grammar/nest.h"
#include "grammar/session.h"

/* What a line may be: the scanner's start conditions follow it. */
enum context_line {
	CONTEXT_OUTSIDE, /* foreign text but for a few words */
	CONTEXT_TUNNEL,
	CONTEXT_IPSEC,
	CONTEXT_SKIP,  /* no configuration of ours */
	CONTEXT_PROMPT /* first a prompt, then context.behind_prompt */
};

/* Which context a line stands in.  Internal to grammar/. */
struct context {
	struct line *line;
	struct session session;
	struct nest nest;
	struct foreign foreign;
	struct ast_command *child; /* the header of the open foreign context under `tunnel' */
	struct span child_line;	   /* the last line of it, which may be a header in turn */
	enum context_line behind_prompt;
	struct span prompt_at;	/* the last prompt */
	bool prompt_is_child;	/* it stands in a context of others under `tunnel' */
	enum grammar_place place; /* of the line behind it */
	bool foreign_is_open;	/* a flush-left line of others, to which deeper ones belong */
	struct ending ending;
};

/* Begins the line at OFFSET: how is it to be scanned? */
enum context_line context_line_begin(struct context *context, uint32_t offset);
/* Foreign text from AT on: what it tells, and is its first word nearly `tunnel' or `ipsec'? */
void context_foreign(struct context *context, uint32_t at);
/* True, and said, of `no tunnel', or more behind it, AT, that stands below a line of others. */
bool context_is_foreign_no(struct context *context, uint32_t at);
/* A misspelt `ipsec', or what looks like it outside of `tunnel': reports the word and says so. */
bool context_is_near_ipsec(struct context *context, struct span at);
/* The same of one that lacks the blank before its number, `ipsec1'. */
bool context_is_glued_ipsec(struct context *context, struct span at);
/* True inside our own contexts. */
bool context_is_ours(const struct context *context);

/* A command of ours, which ends what foreign text was open. */
void context_ours(struct context *context);
/* `end' AT: closes what is open; WI108 if nothing is. */
void context_end(struct context *context, uint32_t at);
/* WI107 for an `ipsec' that another context cuts short. */
void context_close_ipsec(struct context *context);
/* At the end of the text: WI107 for what is still open. */
void context_close_all(struct context *context);

#endif

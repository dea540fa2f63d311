/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_NEST_H
#define WEIPSEC_NEST_H

#include "compiler/base/text.h"

#include <stdbool.h>

/*
 * Which context a line stands in.  Our own contexts are counted by their `end'; a foreign context
 * under `tunnel' is skipped by the depth of its lines, since nobody knows its words.
 */

enum nest_context {
	NEST_OUTSIDE, /* not in `tunnel': foreign text but for a few words */
	NEST_TUNNEL,
	NEST_IPSEC,
	NEST_CHILD /* another context under `tunnel' */
};

enum nest_line { NEST_END, NEST_OURS, NEST_OTHER }; /* `end'; `ipsec N' or `tunnel'; any other */

/* What to do with a line under NEST_CHILD. */
enum nest_verdict {
	NEST_SKIP,    /* it is foreign text */
	NEST_CLOSED,  /* it was the `end' of the outermost foreign context */
	NEST_POPPED,  /* the foreign context ended before it: look at the line again */
	NEST_TOO_DEEP /* past TEXT_NESTING_MAX, for the first time; skip it */
};

struct nest_child {
	unsigned header; /* depth of its header, in columns */
	unsigned body;	 /* depth of its first line */
	bool has_body;
};

struct nest {
	enum nest_context context;
	bool has_tunnel;       /* NEST_IPSEC: a `tunnel' is open around it */
	bool path;	       /* opened by `tunnel ipsec N' or the like: its `end' leaves both */
	bool spare_end;	       /* behind such a one: one more `end' is ignored */
	struct span tunnel_at; /* the headers, for WI107 */
	struct span ipsec_at;
	struct nest_child children[TEXT_NESTING_MAX - 1]; /* `tunnel' is a context too */
	unsigned child_count;
	bool too_deep;
	unsigned previous_depth; /* of the last line under a child: a deeper one is its body */
};

/* Opens `tunnel', or `ipsec N' by a PATH (`tunnel ipsec N') or under an open one: its header AT. */
void nest_push_tunnel(struct nest *nest, struct span at);
void nest_push_ipsec(struct nest *nest, struct span at, bool path);
/* Opens a foreign context whose header stands at DEPTH, by a PATH or under an open `tunnel'. */
void nest_push_child(struct nest *nest, unsigned depth, bool path);
/* Looks at a line at DEPTH under NEST_CHILD. */
enum nest_verdict nest_child_line(struct nest *nest, unsigned depth, enum nest_line kind);
/* `end': closes the top context.  False if there is nothing to close. */
bool nest_end(struct nest *nest);
/* The same of an `end' behind a prompt, which said the context: it has no path. */
void nest_end_prompted(struct nest *nest);
/* Leaves everything: `leave', `abort', a prompt. */
void nest_leave(struct nest *nest);

#endif

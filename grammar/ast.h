/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AST_H
#define WEIPSEC_AST_H

#include "compiler/base/arena.h"
#include "compiler/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a text says, in its own order and words: one command for each line that concerns `tunnel',
 * and for each foreign line that tells of the device.  Contexts are resolved (a setting belongs to
 * the instance opened last), words are not.
 */

/* A device has fewer foreign lines that tell of it; what stands in later ones is left out. */
#define AST_DEVICE_MAX 4096

enum ast_word_flag {
	AST_QUOTED = 1,	  /* stands in closed quotes, which `at' includes */
	AST_UNCLOSED = 2, /* begins with a quote that is not closed */
	AST_GLUED = 4,	  /* has a '#' in it (never with AST_QUOTED) */
	AST_BAD = 8,	  /* has bytes that WI109 was reported for */
	AST_WORD_FLAGS = 15
};

struct ast_word {
	struct span at;
	unsigned flags;
};

enum ast_kind {
	AST_ENTER,	  /* `ipsec N': the instance that the next settings belong to */
	AST_SET,	  /* `SETTING words' */
	AST_UNSET,	  /* `no SETTING' */
	AST_REMOVE,	  /* `no ipsec N' */
	AST_REMOVE_ALL,	  /* `no tunnel' */
	AST_CHILD,	  /* another word under `tunnel', skipped with its body */
	AST_NO,		  /* `no' alone */
	AST_HOSTNAME,	  /* the device's name */
	AST_INTERFACE,	  /* `iface NAME words', be the words of that line or of one in its body */
	AST_NO_INTERFACE, /* `no iface NAME words' */
	AST_TUNNEL,	  /* `tunnel', and what else its line says follows; only for who takes lines
			     (grammar.h) */
	AST_END,    /* an `end' that closes a context of ours, or is spare behind a path; only for
		       these */
	AST_BEGIN,  /* `configure': from here on `abort' discards */
	AST_COMMIT, /* `leave' */
	AST_ABORT
};

struct ast_command {
	struct ast_command *next;
	enum ast_kind kind : 8;
	unsigned flags : 4;   /* of the keyword: enum ast_word_flag */
	unsigned weos4 : 1;   /* the header above it says so */
	unsigned negated : 1; /* AST_CHILD: behind `no' */
	bool prompted;	      /* typed behind a session's prompt */
	bool has_body;	      /* AST_CHILD: something of its own followed, were it only an `end' */
	uint32_t count;
	struct span at;		 /* the whole command, from its first word (`no' included) */
	struct span keyword;	 /* `ipsec', `no', `abort', ...; the setting's word */
	uint32_t since;		 /* where its text begins: 0, or the captured output of a session */
	struct ast_word words[]; /* ENTER and REMOVE: the ID, if there; settings: the value;
				    INTERFACE: its name first */
};

/* How a text ends. */
enum ast_ending {
	AST_ENDS_WELL,
	AST_ENDS_INSIDE, /* of `tunnel', or of a context in it */
	AST_ENDS_MIDLINE /* of a line that something could be missing of */
};

/* What is known of the text as a whole when it is read. */
struct ast {
	bool has_tunnel; /* some line of it says `tunnel' */
	enum ast_ending ending;
	struct span ending_at; /* the context that is left open, or the line that is cut */
	bool weos4;	       /* the header says so */
	bool foreign;	       /* some line was foreign text */
	struct span doubtful;  /* the first of them that may have been meant for us; empty: none */
	bool refused;	       /* the text was not read at all: a finding says why */
	bool device_cut;       /* more than AST_DEVICE_MAX lines tell of the device */
	struct span release;   /* the header's `v5.23.0', of the last header; empty: none */
	struct span prompt_host; /* the host name of the first prompt; empty: none */
};

/* The text of a word, its quotes stripped. */
static inline struct slice ast_word_text(const struct text *text, struct ast_word word)
{
	struct slice slice = text_slice(text, word.at);

	if (word.flags & AST_QUOTED) {
		slice.at++;
		slice.length -= 2;
	}
	return slice;
}

#endif

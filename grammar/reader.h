/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_READER_H
#define WEIPSEC_READER_H

#include "compiler/finding/finding.h"
#include "grammar/ast.h"
#include "grammar/nest.h"
#include "grammar/session.h"

/* What scanner and parser share while they read one text.  Internal to grammar/. */

/* What the next line may be: the scanner's start conditions follow it. */
enum reader_line {
	READER_OUTSIDE, /* foreign text but for a few words */
	READER_TUNNEL,
	READER_IPSEC,
	READER_SKIP, /* no configuration of ours */
	READER_PROMPT /* first a prompt */
};

/* A line that stands for itself. */
enum reader_verb { VERB_NONE, VERB_NO, VERB_END, VERB_LEAVE, VERB_ABORT, VERB_CONFIGURE };

/* The parts of the command that is being read. */
struct reader_command {
	enum reader_verb verb;
	bool negated;
	bool has_tunnel;
	bool has_ipsec;
	bool has_id;
	bool has_name;
	bool broken;	     /* a carriage return stands in it: WI109 was reported */
	bool spoilt;	     /* a finding says already that it cannot be used */
	struct span first;   /* its first word */
	struct span keyword; /* of the verb, or `tunnel' */
	struct span ipsec;
	struct ast_word id;
	struct ast_word name;
	size_t count; /* words behind the name, in reader->words */
};

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

struct reader {
	struct text *text;
	struct findings *findings;
	struct arena *arena;
	struct ast *ast;
	bool (*is_setting)(struct slice word);
	struct nest nest;
	struct foreign foreign;
	struct ast_command *child; /* the header of the open foreign context */
	struct span child_line;	   /* the last line of it, which may be a header in turn */

	/* the line */
	uint32_t line_from;
	unsigned depth;	    /* columns of blanks before its first word */
	bool at_line_start; /* the scanner has not looked at it yet */
	bool bad_byte;	    /* WI109 was reported for it */
	bool in_header;	    /* nothing but comments so far */
	enum reader_line behind_prompt;
	struct span quote;   /* the quoted word that is being scanned */
	int quote_condition; /* the scanner's, before it */
	bool unclosed[2];    /* no later ' (no later ") on this line ends a word */

	/* the session */
	bool session;
	bool capture;	 /* unprompted lines are the output of a command that prints configuration */
	bool is_prompted; /* this line */
	uint32_t since; /* where the text being read begins */
	struct span prompt_id;
	struct span prompted_line; /* the line before this one, if it began with a prompt */

	struct reader_command command;
	struct ast_word *words;
	size_t word_room;
	bool failed; /* out of memory */

	char *scanner_memory; /* what flex allocates from */
	size_t scanner_used;
};

/* Begins the line at OFFSET: how is it to be scanned? */
enum reader_line reader_line_begin(struct reader *reader, uint32_t offset);
/* Ends the line at OFFSET, where its line end stands. */
void reader_line_end(struct reader *reader, uint32_t offset);
/* A word as the scanner saw it, checked byte by byte where FLAGS do not say that it is plain. */
struct ast_word reader_word(struct reader *reader, struct span at, unsigned flags);
/* WORD begins with a quote: if it is closed on its line, reader->quote is the whole quoted word. */
bool reader_quote_open(struct reader *reader, struct span word);
/* Foreign text from AT on: is its first word nearly `tunnel'? */
void reader_foreign(struct reader *reader, uint32_t at);
/* A comment from AT to the end of the line, glued to the word before it or not. */
void reader_comment(struct reader *reader, uint32_t at);
/* Bytes that need a look: WI109 once a line. */
bool reader_bytes_ok(struct reader *reader, struct span at, bool utf8);
/* A word under `tunnel' that may be a misspelt `ipsec': reports it and says so. */
bool reader_is_near_ipsec(struct reader *reader, struct span at);
/* True inside our own contexts. */
bool reader_is_ours(const struct reader *reader);

/* WI119: AT is no CLI text, as MESSAGE says. */
void reader_refuse(struct reader *reader, struct span at, const char *message);
/* The same for a JSON document, which `--device' may take. */
void reader_refuse_json(struct reader *reader, struct span at, const char *message);

/* The parser's actions: parts of a command, then the command. */
void reader_part_no(struct reader *reader, struct span at);
void reader_part_tunnel(struct reader *reader, struct span at);
void reader_part_ipsec(struct reader *reader, struct span at, const struct ast_word *id);
void reader_part_name(struct reader *reader, struct ast_word word);
void reader_part_word(struct reader *reader, struct ast_word word);
void reader_part_verb(struct reader *reader, enum reader_verb verb, struct span at);
void reader_command(struct reader *reader);
/* Forgets the parts of a command; the same for one that cannot be read to its end. */
void reader_drop(struct reader *reader);
void reader_recover(struct reader *reader);
void reader_syntax_error(struct reader *reader, struct span at, const char *unexpected);
/* A command from COUNT words, behind those before it; NULL without memory. */
struct ast_command *reader_add(struct reader *reader, enum ast_kind kind, struct span keyword,
			       const struct ast_word *words, size_t count);

/* A foreign line from AT on, outside of `tunnel': what it tells of the device. */
void foreign_line(struct reader *reader, uint32_t at);
/* The same for a line behind the PROMPT of a foreign context. */
void foreign_prompted(struct reader *reader, const struct prompt *prompt, uint32_t at);
/* A command that is not foreign ends the context; an `end' only if it is not a deeper one's. */
void foreign_end(struct reader *reader);

/* At the end of the text: WI107 for what is still open. */
void reader_close_all(struct reader *reader);

#endif

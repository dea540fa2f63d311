/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FINDING_H
#define WEIPSEC_FINDING_H

#include "compiler/base/arena.h"
#include "compiler/base/text.h"
#include "compiler/finding/mask.h"
#include "compiler/tables/rule.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Past this many findings of one rule in one file the rest are only counted; those that comments
 * silence have a count of their own.
 */
#define FINDING_RULE_MAX 1000

/* A quoted word has at most so many bytes, and one message so many of them. */
#define FINDING_QUOTE_MAX 60
#define FINDING_QUOTES 4
/* The same for what stands by itself, such as a reason. */
#define FINDING_WORDS_MAX 256

/* A second place that explains the first. */
struct finding_related {
	struct finding_related *next;
	struct text *text; /* that it is in; NULL: the finding's own */
	struct span at;
	const char *message;
};

/* Replace what is AT by TEXT. */
struct finding_edit {
	struct finding_edit *next;
	struct span at;
	const char *text;
};

struct ignore;
struct silence;
struct tunnel_ids;

struct finding {
	struct finding *next;
	enum rule rule;
	enum severity severity;
	const struct ignore *ignore; /* the comment that silences it (silence.h), or NULL */
	struct text *ignore_text;    /* that the comment is in; NULL: its own */
	int32_t tunnel;		     /* its ID, or -1 */
	struct span at;
	const char *message; /* lower case, no full stop, no secret */
	const char *help;    /* what to type, or NULL */
	const char *fingerprint; /* fingerprint.h; NULL: nobody asked for it */
	bool is_known;		 /* a baseline has it, which silences it */
	struct finding_related *related;
	struct finding_edit *edits;
	struct place
	    to; /* what became of it stands there, in the text that was made of this; 0: nowhere */
};

/* The text that AT, of FINDING among FINDINGS, is in. */
#define finding_related_text(findings, at) ((at)->text ? (at)->text : (findings)->text)

/* The findings of one text. */
struct findings {
	struct arena *arena;
	struct text *text;
	int32_t tunnel; /* whose settings are being read: new findings carry it; -1 outside */
	struct finding *first;
	struct finding **last;
	size_t kept;
	size_t count[RULE_COUNT];	       /* also those past FINDING_RULE_MAX */
	size_t severities[SEVERITY_ERROR + 1]; /* the same, by severity */
	/* those of them that comments silence: `check' leaves them out, nobody else does */
	size_t silenced[RULE_COUNT];
	size_t silenced_severities[SEVERITY_ERROR + 1];
	/* tunnels with an error that was only counted; NULL: there is none */
	struct tunnel_ids *beyond;
	struct silence *silence; /* what comments silence, or NULL */
	/* the latest results of finding_quote() */
	char quotes[FINDING_QUOTES][FINDING_QUOTE_MAX + 3];
	struct span quoted[FINDING_QUOTES]; /* what they quote */
	unsigned unwritten;		    /* bits of those that no message has asked for yet */
	unsigned next_quote;
	struct mask_kept mask; /* of the line that words were shown of last */
};

/* Everything is allocated from ARENA; TEXT is what the spans point into. */
void findings_init(struct findings *findings, struct arena *arena, struct text *text);

/*
 * Puts MORE, findings on the same text from the same arena, behind those of FINDINGS, as if they
 * had been added one after the other.  MORE is used up.
 */
void findings_join(struct findings *findings, struct findings *more);

/*
 * Adds a finding with the catalogue's severity.  Returns it, to be decorated with the functions
 * below, which take the NULL that is returned for one that is only counted, or without memory.
 */
struct finding *finding_add(struct findings *findings, enum rule rule, struct span at,
			    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same with another severity than the catalogue's. */
struct finding *finding_add_as(struct findings *findings, enum rule rule, enum severity severity,
			       struct span at, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
struct finding *finding_vadd(struct findings *findings, enum rule rule, enum severity severity,
			     struct span at, const char *format, va_list args)
    __attribute__((format(printf, 5, 0)));
void finding_tunnel(struct finding *finding, int32_t id);
void finding_help(struct findings *findings, struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void finding_relate(struct findings *findings, struct finding *finding, struct span at,
		    const char *format, ...) __attribute__((format(printf, 4, 5)));
/*
 * The same for a place in another text, that of OTHER, whose comments silence FINDING as well:
 * those for the place, and for OTHER's `tunnel'.
 */
void finding_relate_in(struct findings *findings, struct finding *finding, struct findings *other,
		       struct span at, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void finding_edit(struct findings *findings, struct finding *finding, struct span at,
		  const char *text);

/*
 * The words AT in quotes, fit for a message: unprintable bytes as \xHH, long ones shortened, and
 * `****' for what may not be shown (mask.h).  An argument of the functions above, which write it
 * when they print, and good for the next FINDING_QUOTES calls.
 */
const char *finding_quote(struct findings *findings, struct span at);
/*
 * The same without quotes, at once, into BUFFER of SIZE (8 to FINDING_WORDS_MAX) bytes; longer ones
 * are shortened to that.  Returns the length.
 */
size_t finding_words(struct findings *findings, struct span at, char *buffer, size_t size);

/* Takes away what is less severe than LEAST. */
void findings_drop_below(struct findings *findings, enum severity least);

/* The findings by place and rule, as an array of `kept' from the arena; NULL without memory. */
struct finding **findings_sorted(struct findings *findings);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SILENCE_H
#define WEIPSEC_SILENCE_H

#include "compiler/base/arena.h"
#include "compiler/base/text.h"
#include "compiler/tables/rule.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What is silenced in one text.  Who reads its comments fills this before anything is found there.
 */

/* One rule that a comment names. */
struct ignore {
	struct ignore *next;
	struct ignore *next_rule; /* of a line: the first one of another rule there */
	enum rule rule;
	struct span at; /* its word */
	struct span reason;
	bool used;
};

struct profile;

/* What silences findings of one line.  Several comments may stand above it, and one at its end. */
struct silence_line {
	struct span at; /* without its end */
	struct ignore *first, **last;
	struct ignore *first_rule, **last_rule; /* of each rule the first one, which silences it */
	const struct profile *profile; /* the policy of its instance, or NULL */
	struct span profile_at;
	bool is_instance; /* it enters one */
};

/* A line that enters an instance: what it says of lines is for the whole instance. */
struct silence_instance {
	struct silence_instance *next;
	int32_t id;
	size_t line;
};

#define SILENCE_BUCKETS 256

struct silence {
	struct arena *arena;
	struct silence_line *lines; /* in the order of the text */
	size_t count, room;
	struct ignore *whole, **whole_last; /* for the file */
	struct ignore *of_file[RULE_COUNT]; /* the first of `whole' for a rule */
	struct silence_instance *instances[SILENCE_BUCKETS]; /* by the ID's last byte */
	bool done;			    /* nothing is silenced any more */
};

/* One that silences nothing yet, from ARENA as all that is added; NULL without memory. */
struct silence *silence_new(struct arena *arena);
/*
 * The line AT, which may not stand before one that was asked for already; good until another line
 * is asked for.  NULL without memory.
 */
struct silence_line *silence_line_at(struct silence *silence, struct span at);
/* Adds a copy of IGNORE for LINE, or for the whole file if that is NULL. */
void silence_add(struct silence *silence, struct silence_line *line, const struct ignore *ignore);
/* What is said for line LINE of `lines' is for the instance ID as well. */
void silence_add_instance(struct silence *silence, int32_t id, size_t line);
/* The policy that the line of the instance TUNNEL names, or NULL. */
const struct profile *silence_profile(const struct silence *silence, int32_t tunnel);
/* May anything silence a finding of RULE with SEVERITY? */
bool silence_may(enum rule rule, enum severity severity);
/*
 * What silences a finding of RULE with SEVERITY that begins AT and is TUNNEL's (-1: nobody's), or
 * NULL; it is used then.
 */
const struct ignore *silence_find(const struct silence *silence, enum rule rule,
				  enum severity severity, uint32_t at, int32_t tunnel);

#endif

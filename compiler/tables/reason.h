/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_REASON_H
#define WEIPSEC_REASON_H

#include "compiler/tables/setting.h"

#include <stdbool.h>

/* Why a tunnel is down, or what is not well with one that is up (schemas/reasons.def). */
enum reason {
	REASON_NONE,
#define REASON(symbol, slug, sentence, where, settings, more) REASON_##symbol,
#define WARNING(symbol, slug, sentence, where, settings, more) WARNING_##symbol,
#include "schemas/reasons.def"
	REASON_COUNT
};

/* Where its settings are to be looked at. */
enum reason_where { REASON_SEE, REASON_BOTH, REASON_THERE, REASON_ONE };

struct reason_info {
	const char *slug;     /* for programs: no-answer */
	const char *sentence; /* `@' is where the values stand, if it has one */
	enum reason_where where;
	uint32_t settings; /* bits 1 << enum setting */
	const char *more;  /* what else to look at, or NULL */
};

extern const struct reason_info reason_table[REASON_COUNT];

/* What a line of charon's log says. */
struct reason_said {
	enum reason reason; /* REASON_NONE: nothing */
	bool hint;	    /* only what follows from another one, if the same try has one */
};

struct reason_said reason_of_line(struct slice line);
/* What an `alert' of this TYPE says; REASON_NONE: nothing that is read. */
enum reason reason_of_alert(struct slice type);
/* The words that are looked for in charon's log, INDEX from 0; NULL behind the last. */
const char *reason_words(size_t index);

#endif

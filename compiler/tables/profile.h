/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PROFILE_H
#define WEIPSEC_PROFILE_H

#include "compiler/tables/algorithm.h"
#include "compiler/tables/rule.h"
#include "compiler/tables/setting.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The policy profiles of `check --profile', in the order of their names in profile_names. */
enum profile_id {
#define PROFILE(symbol, name, ike, esp) PROFILE_##symbol,
#include "schemas/profiles.def"
	PROFILE_COUNT
};

struct profile {
	const char *name;
	const char *suite[2]; /* to write instead of automatic `ike' and `esp'; NULL: not judged */
};

/* What a verdict is on. */
enum profile_condition {
	PROFILE_SUITE, /* an algorithm */
	PROFILE_VERSION_1,
	PROFILE_VERSION_2,
	PROFILE_WITHOUT_PFS, /* automatic esp with version 2, which has no group */
	PROFILE_WEAKER_PFS,  /* the group of esp is weaker than that of ike */
	PROFILE_REKEY_ABOVE  /* sa-rekey-time over the limit */
};

/* The versions in which a verdict on an algorithm holds: a document may be on IKEv2 alone. */
enum profile_versions { PROFILE_ANY_VERSION, PROFILE_VERSION_2_ONLY };

struct verdict {
	enum profile_id profile;
	enum rule rule; /* WI801: not allowed, WI802: discouraged */
	enum profile_condition condition;
	enum profile_versions versions; /* of PROFILE_SUITE, as the next two */
	bool is_weos4;			/* the algorithm is none of WeOS 5 */
	enum setting setting;		/* SETTING_IKE or SETTING_ESP */
	const struct algorithm *algorithm;
	uint32_t limit;	     /* of PROFILE_REKEY_ABOVE, seconds */
	const char *clause;  /* document and clause */
	const char *why;     /* what it says */
	const char *instead; /* what to type, or NULL */
};

extern const struct profile profile_table[PROFILE_COUNT];
/* The names, ended by NULL: for cli_choice(). */
extern const char *const profile_names[PROFILE_COUNT + 1];

extern const struct verdict verdict_table[];
extern const size_t verdict_count;

#endif

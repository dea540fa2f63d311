/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FATE_H
#define WEIPSEC_FATE_H

#include "compiler/rewrite/migrate.h"

/* The place of what is said of a tunnel as a whole. */
#define MOVE_HEADER SETTING_COUNT

/* Something that is said of what stands at a setting of the new text. */
struct fate {
	struct fate *next;
	int place; /* enum setting, or MOVE_HEADER */
	struct finding *finding;
};

/* A WeOS 4 tunnel on its way to one of WeOS 5. */
struct move {
	struct migration *migration;
	const struct tunnel *from;
	struct tunnel to;
	struct suite suites[2]; /* of TO, where it has other ones */
	struct slice secret;	/* as it was typed */
	const struct migrate_opposite *opposite; /* its other end, if that has other subnets */
	struct fate *fates;
	struct fate **last;
	bool is_impossible;
};

/*
 * Says what became of what stands AT in the text, in a finding of MOVE's tunnel that has its place
 * in the script; WI905 makes the tunnel impossible.  NULL without memory.
 */
struct finding *fate_say(struct move *move, enum rule rule, int place, struct span at,
			 const char *format, ...) __attribute__((format(printf, 5, 6)));
/* What a person can do about FINDING (or NULL), if WHAT is something. */
void fate_help(struct move *move, struct finding *finding, const char *what);

/* Where SETTING of the old tunnel was named, and how it came by its value. */
const struct origin *fate_origin(const struct move *move, enum weos4_setting setting);
enum origin_state fate_state(const struct move *move, enum weos4_setting setting);
bool fate_was_named(const struct move *move, enum weos4_setting setting);
/* Its whole line, or the tunnel's first where it was never named. */
struct span fate_span(const struct move *move, enum weos4_setting setting);
/* SETTING of the new tunnel comes by its value so. */
void fate_set(struct move *move, enum setting setting, enum origin_state state);

#endif

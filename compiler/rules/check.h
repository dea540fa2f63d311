/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CHECK_H
#define WEIPSEC_CHECK_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"
#include "compiler/rules/surroundings.h"

/* What a rule on meaning works with. */
struct check {
	const struct model *model;
	const struct surroundings *surroundings;
	struct findings *findings;
	struct arena *scratch; /* for the rule that runs: emptied behind it */
	enum rule rule;	       /* the one that runs */
	const struct strength *strengths; /* of each tunnel's secret, when first asked for */
	const struct device_addresses *addresses; /* when first asked for */
};

/*
 * Runs every TUNNEL and MODEL rule of the catalogue over MODEL in its SURROUNDINGS.  False without
 * memory.
 */
bool check_run(const struct model *model, const struct surroundings *surroundings,
	       struct findings *findings);

/*
 * Reports the running rule for TUNNEL at AT, with the catalogue's severity (on a disabled tunnel a
 * DORMANT error becomes a warning), or with SEVERITY.
 */
struct finding *check_report(struct check *check, const struct tunnel *tunnel, struct span at,
			     const char *format, ...) __attribute__((format(printf, 4, 5)));
struct finding *check_report_as(struct check *check, const struct tunnel *tunnel,
				enum severity severity, struct span at, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Both effective subnets are known, so that they can be compared with another tunnel's. */
bool selectors_are_readable(const struct tunnel *tunnel);

/* The device's files have no readable secret, so none can be missed in a text (WI427). */
bool device_encrypts_secrets(const struct check *check);

/* The peer is judged as a WeOS 4 device, or this end is one, which has no version 2: no help may
 * ask for it. */
bool peer_is_weos4(const struct check *check, const struct tunnel *tunnel);
/* The policy to judge TUNNEL by: its own, else that of the surroundings, or NULL. */
const struct profile *profile_of(const struct check *check, const struct tunnel *tunnel);

/* A rule without a function does not link, a function without a row does not compile. */
#define TUNNEL(number) void rule_WI##number(struct check *check, const struct tunnel *tunnel);
#define MODEL(number) void rule_WI##number(struct check *check);
#include "rule_numbers.h"

#endif

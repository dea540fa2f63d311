/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FACTS_H
#define WEIPSEC_FACTS_H

#include "compiler/compilation/project.h"
#include "compiler/fleet/site.h"

#include <stdio.h>

/*
 * Sites as lines `KEY TAB JSON' (docs/fleet.md), one of a file and one of each end under each of
 * its keys, that may be sorted, and come back as the sites that they were.
 */

/* Writes SITE, whose text is at hand.  False without memory; errors of OUT are for the caller. */
bool facts_write(const struct site *site, const char *fingerprint, FILE *out);

/* The same of the baseline of PROJECT, if it has one. */
bool facts_write_baseline(const struct project *project, const char *fingerprint, FILE *out);

/* Facts that are being read; an end counts the first time that it is seen. */
struct facts;

enum facts_flaw {
	FACTS_WELL,
	FACTS_NO_MEMORY,
	FACTS_FOREIGN,	 /* no line of facts, or of another version */
	FACTS_OTHER_KEY, /* made under two keys */
	FACTS_TWICE,	 /* two files have one name */
	FACTS_CUT	 /* some lines of a file are missing */
};

/* ASKED, beside what facts have of project files, outlives them. */
struct facts *facts_new(const struct project_asked *asked);
void facts_free(struct facts *facts);
enum facts_flaw facts_read(struct facts *facts, struct slice line);
/* When all lines are read: the sites, which live as long as FACTS. */
enum facts_flaw facts_finish(struct facts *facts, struct site ***sites, size_t *count);
/* Which file a flaw is about, or NULL. */
const char *facts_culprit(const struct facts *facts);
/* The project files that something is silenced by, as a list. */
struct project *facts_projects(const struct facts *facts);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_NEIGHBOURS_H
#define WEIPSEC_NEIGHBOURS_H

#include "compiler/compilation/project.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What lies beside a text that an editor has: its project file, and what that and the options name.
 * It is read anew with each text, so that what has changed meanwhile counts.
 */

/* What a server is started with; all of it outlives the server. */
struct lsp_settings {
	const char *pki;	       /* the folder of certificates, or NULL */
	const struct profile *profile; /* the policy to judge by, or NULL */
	int64_t now; /* seconds since 1970; LSP_CLOCK, or as in struct project_asked */
	bool has_no_project;
};

#define LSP_CLOCK (-2) /* the time is what the clock says */

/* Zeroed there is nothing. */
struct neighbours {
	struct pki *pki; /* of --pki */
	struct projects *projects;
	char *name;	  /* what fingerprints call the text */
	unsigned indent;  /* blanks a level, or 0: unsaid */
	bool is_excluded; /* its project file says so */
	struct surroundings surroundings;
	const struct report_policy *policy; /* NULL: cannot be told, as the project file is wrong */
	struct project *project;	    /* or NULL */
};

/* Finds into NEIGHBOURS, which is empty, what lies beside the text that an editor calls URI. */
void neighbours_find(struct neighbours *neighbours, const struct lsp_settings *settings,
		     const char *uri);
/* Empties it. */
void neighbours_drop(struct neighbours *neighbours);

/* What of it is told to who edits the text, and how loud. */
enum remark {
	REMARK_WRONG, /* nothing is judged */
	REMARK_VAIN,  /* something does not count */
	REMARK_DONE,  /* what the project file silenced or left out */
	REMARKS
};

/* The words of REMARK, which are NEIGHBOURS's, or NULL: there is nothing to tell. */
const char *neighbours_remark(const struct neighbours *neighbours, enum remark remark);

#endif

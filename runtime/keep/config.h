/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CONFIG_H
#define WEIPSEC_CONFIG_H

#include "backends/output.h"
#include "compiler/compilation/compilation.h"
#include "runtime/charon/target.h"

#include <stdio.h>

struct report_settings; /* report.h */

/* A configuration that is to be applied: read, checked, and ready for charon. */
struct config {
	struct compilation *compilation; /* of CLI text or agent configuration */
	const struct model *model;	 /* NULL where there is none */
	struct target target;
	struct output document; /* the same as agent configuration, to be remembered */
	int error;		/* errno of a file that could not be read */
	char why[512];		/* why it is not to be applied; empty with findings that say so */
	bool has_errors;
};

/*
 * Reads FILE (`-': standard input), which must outlive it: its model and its document, and not what
 * it takes to apply it, which config_take_pki() does.
 */
void config_read(struct config *config, const char *file);
/*
 * Takes certificates and keys from the folder PKI (or NULL), unless CONFIG, which was read, is not
 * to be applied.
 */
void config_take_pki(struct config *config, const char *pki);
/* All of it from TEXT, which it owns from now on; NULL is one that there was no memory for. */
void config_read_text(struct config *config, struct text *text, const char *pki);
/* The same of what was applied: PKI is what its generation has kept. */
void config_read_kept(struct config *config, struct text *text, const char *pki);
/* Only the model of TEXT, without what it takes to apply it. */
void config_read_model(struct config *config, struct text *text);
void config_free(struct config *config);

/* The tunnel ID of the model, or NULL. */
const struct tunnel *config_tunnel(const struct config *config, int id);

/* One more finding: TUNNEL cannot be applied for the reason WHY (WI613). */
void config_refuse(const struct config *config, const struct tunnel *tunnel, const char *why);
/* Writes the findings, which there are of each COMPILATION: artefact_report(). */
void config_report(const struct config *config, const char *path,
		   const struct report_settings *settings, FILE *out);
/* Why it is not to be applied, in one line: `why', or the first error that was found. */
const char *config_why(struct config *config);

#endif

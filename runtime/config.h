/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CONFIG_H
#define WEIPSEC_CONFIG_H

#include "compiler/source.h"
#include "runtime/target.h"

/* A configuration that is to be applied: read, checked, and ready for charon. */
struct config {
	struct source source;
	const struct model *model; /* NULL where there is none */
	bool has_errors;	   /* findings, or what charon cannot express: it is not applied */
	struct target target;
	int error;     /* errno of a file that could not be read; then WHY says which */
	char why[256];
};

/*
 * Reads FILE (`-': standard input), which must outlive it, with certificates and keys from the
 * folder PKI (or NULL).
 */
void config_read(struct config *config, const char *file, const char *pki);
void config_free(struct config *config);

#endif

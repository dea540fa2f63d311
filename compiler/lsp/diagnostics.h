/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DIAGNOSTICS_H
#define WEIPSEC_DIAGNOSTICS_H

#include "compiler/lsp/client.h"
#include "compiler/lsp/documents.h"

/* Findings as an editor has them. */

/* FINDING of DOCUMENT, which is compiled; NULL without memory. */
json_t *diagnostic_json(const struct client *client, const struct document *document,
			const struct finding *finding);
/*
 * The parameters of `publishDiagnostics' for DOCUMENT: what `check' says of its text, nothing if
 * that is not ours, or if COMPILATION is NULL.
 */
json_t *diagnostics_json(const struct client *client, const struct document *document,
			 struct compilation *compilation);
/* True if a finding is shown, and AT, a place or a range, touches it. */
bool diagnostic_is_at(const struct document *document, const struct finding *finding,
		      struct span at);

#endif

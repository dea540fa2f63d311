/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DOCUMENTS_H
#define WEIPSEC_DOCUMENTS_H

#include "compiler/compilation/compilation.h"
#include "compiler/lsp/neighbours.h"
#include "compiler/lsp/positions.h"
#include "compiler/report/report.h"

#include <jansson.h>
#include <stdbool.h>

/* The texts that an editor has open, as they stand there. */

/* More are not taken. */
#define DOCUMENTS_MAX 4096

/* What is told to who edits: as of the text that was judged last. */
struct document_remark {
	char *words; /* or NULL */
	bool is_new; /* nobody was told yet */
};

struct document {
	struct document *next;
	char *uri;
	json_t *version;   /* a number, or NULL */
	struct text *text; /* the compilation's, if there is one; NULL: nobody knows it any more */
	struct compilation *compilation; /* NULL: not asked for yet */
	struct neighbours neighbours;	 /* of the compilation */
	struct document_remark remarks[REMARKS];
	bool is_told; /* the editor has the diagnostics of this text */
};

/* Zeroed it has none. */
struct documents {
	const struct lsp_settings *settings;
	struct document *first;
	size_t count;
};

/* The document URI, or NULL. */
struct document *document_find(const struct documents *documents, const char *uri);
/* Makes BYTES the text of URI, open or not; NULL without memory, or if there are too many. */
struct document *document_set(struct documents *documents, const char *uri, struct slice bytes);
/*
 * Applies CHANGES, a list of whole texts or of ranges and what replaces them.  False of what is
 * none, or without memory: then the text is not what the editor has.
 */
bool document_change(struct document *document, enum encoding encoding, const json_t *changes);
/*
 * The text of URI, or of all where that is NULL, is not known any more, up to the next whole one.
 * False if it was not known.
 */
bool documents_forget(struct documents *documents, const char *uri);
/* The text stays, and is judged anew: what lies beside it may have changed.  The same of all. */
void document_refresh(struct document *document);
void documents_refresh(struct documents *documents);
void document_close(struct documents *documents, struct document *document);
void documents_free(struct documents *documents);

/* The text of DOCUMENT, compiled; NULL without memory. */
struct compilation *document_compile(const struct documents *documents, struct document *document);
/*
 * True if DOCUMENT, compiled, concerns us: its project file can be read and does not exclude it,
 * and there is a tunnel in it, or something that may be meant for one.
 */
bool document_is_ours(const struct document *document);
/* What of the findings of DOCUMENT, which is ours, is shown, and what fingerprints call it. */
const struct report_policy *document_policy(const struct document *document);
const char *document_name(const struct document *document);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DOCUMENT_H
#define WEIPSEC_DOCUMENT_H

#include "compiler/report/report.h"

#include <jansson.h>

/*
 * What the formats that are one JSON document share: pieces are written as they come, and what must
 * stand behind others waits in a file without a name.  Failures end in report->error.
 */

/* Opens report->spool. */
void document_spool(struct report *report);
/* Copies all of report->spool behind what was written so far. */
void document_copy_spool(struct report *report);

/* Writes JSON, which it frees. */
void document_write(struct report *report, FILE *out, json_t *json);
/* The same as one element of a list, on a line of its own, behind BEFORE others. */
void document_element(struct report *report, FILE *out, json_t *json, size_t before);

#endif

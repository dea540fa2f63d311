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

/* Writes JSON, which it frees, into what is no list. */
void document_write(struct report *report, json_t *json);
/*
 * Writes JSON, which it frees, as the next element of the list that report->out is in, or of that
 * in the spool, on a line of its own.
 */
void document_list(struct report *report, json_t *json);
void document_list_spooled(struct report *report, json_t *json);

#endif

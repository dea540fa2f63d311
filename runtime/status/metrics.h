/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_METRICS_H
#define WEIPSEC_METRICS_H

#include <jansson.h>
#include <stdio.h>

/*
 * DOCUMENT, of `status --json', for Prometheus: its text format 0.0.4 (docs/monitoring.md has every
 * name).  What DOCUMENT does not know is left out.
 */
void metrics_print(FILE *out, const json_t *document);

#endif

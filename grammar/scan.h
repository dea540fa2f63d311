/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SCAN_H
#define WEIPSEC_SCAN_H

#include "grammar/reader.h"

/* The scanner over READER's text, or NULL without memory. */
void *scan_open(struct reader *reader);
void scan_close(void *scanner);

#endif

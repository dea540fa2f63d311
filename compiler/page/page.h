/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PAGE_H
#define WEIPSEC_PAGE_H

#include "compiler/fleet/network.h"
#include "compiler/report/report.h"

#include <stdio.h>

/*
 * Writes NETWORK, which was judged, to OUT as one page for a browser, with the findings that
 * SETTINGS, of any report on it, let through.  The page needs nothing beside it, and has no secret.
 * Returns 0 or errno.
 */
int page_write(struct network *network, const struct report_settings *settings, FILE *out);

#endif

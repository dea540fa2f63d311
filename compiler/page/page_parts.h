/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PAGE_PARTS_H
#define WEIPSEC_PAGE_PARTS_H

#include "compiler/fleet/network.h"
#include "compiler/report/report.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* What the parts of the page share. */

struct page {
	struct network *network;
	const struct report_settings *settings;
	FILE *out;
};

/* The bytes of the page that are the same in each: compiler/page/page.html and so on. */
extern const char page_html[], page_css[], page_script[];

/* What the script shows, as one JSON document.  0 or errno. */
int page_put_data(const struct page *page);
/* Who stands where in the drawing, and between whom a line is, as a member of it.  0 or errno. */
int page_put_picture(const struct page *page);
/* The findings, as a member of it, and what is known of their rules.  0 or errno. */
int page_put_findings(const struct page *page);

/* STRING as text between tags. */
void page_put_text(FILE *out, const char *string);
/*
 * Writes JSON, which it frees, in ASCII, and with nothing in it that ends or begins a tag.  0 or
 * errno.
 */
int page_put_json(FILE *out, json_t *json);
/* BYTES as a string that may be shown: printable, and cut where it is very long. */
json_t *page_words(struct slice bytes);
/* The same of all of STRING. */
json_t *page_string(const char *string);

#endif

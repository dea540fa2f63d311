/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SHOW_WORDS_H
#define WEIPSEC_SHOW_WORDS_H

#include "compiler/report/show.h"

/* More of the value; what does not fit is left out. */
void show_printf(struct show *show, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same of text of the user, printable; SHOW_SECRET if SHOW is masked. */
void show_bytes(struct show *show, struct slice bytes);
/* The same of SECONDS: 5400 is `1h 30m'. */
void show_duration(struct show *show, uint32_t seconds);
/* Something more to stand beside the value. */
void show_remark(struct show *show, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Would an excerpt of TEXT show the value that was set FROM there? */
bool show_may_tell(struct text *text, const struct origin *from);

#endif

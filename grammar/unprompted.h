/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_UNPROMPTED_H
#define WEIPSEC_UNPROMPTED_H

#include "grammar/lines.h"
#include "grammar/session.h"

/* WI120 if LINE, which stands behind no prompt of SESSION, is configuration from AT on. */
void unprompted_check(const struct session *session, const struct line *line, uint32_t at);

#endif

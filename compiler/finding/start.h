/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_START_H
#define WEIPSEC_START_H

#include "compiler/base/text.h"

#include <stdbool.h>

/* How a line begins, for those who decide what of it may be shown. */

/*
 * How many bytes stand before the first word that was typed: gaps, what a pager left, a session's
 * prompt.
 */
size_t start_length(struct slice line);
/* Does WORD lead to an instance, or nearly so: `no', `tunnel', `ipsec', a number? */
bool start_is_path_word(struct slice word);
/* Is WORD no setting of ours and takes one word: of a device, of WeOS 4? */
bool start_takes_word(struct slice word);
/*
 * Does LINE begin with a prompt, or is it a comment, a command that stands alone, or a setting or
 * context with something behind?  No rest of a secret that was wrapped is any of them.
 */
bool start_is_new(struct slice line);

#endif

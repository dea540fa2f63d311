/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TELLING_H
#define WEIPSEC_TELLING_H

#include "compiler/model/model.h"

/*
 * A value of another setting that has the secret in it, in any case, tells it: whoever shows the
 * value to people masks it then.  What is compiled carries it as it is.
 */

/* Has VALUE the secret of TUNNEL in it? */
bool telling_value(const struct tunnel *tunnel, struct slice value);
/*
 * The same of the secret of any tunnel of MODEL, or one that its text has beside; of one with very
 * many, or NULL, of none.
 */
bool telling_model(const struct model *model, struct slice value);
/*
 * Each word of LINE, which is printable, that has such a secret of MODEL in it becomes `****'.
 */
void telling_hide(const struct model *model, char *line);
/* Has the value of SETTING, a text, a label or an identity, the secret of TUNNEL in it? */
bool telling_setting(const struct tunnel *tunnel, enum setting setting);
/* The same of the secret of any tunnel of MODEL, as above. */
bool telling_setting_of(const struct model *model, const struct tunnel *tunnel,
			enum setting setting);
/*
 * The secrets of MODEL's text, from which it was lowered, that this has in another place, too: as
 * they are written and as bytes, into LIST, which has room for COUNT.  How many these are: if it is
 * full, there may be more, or there was no memory to look.
 */
size_t telling_secrets(const struct model *model, struct slice *list, size_t count);

#endif

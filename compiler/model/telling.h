/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TELLING_H
#define WEIPSEC_TELLING_H

#include "compiler/model/model.h"

struct arena;
struct telling_index;

/*
 * A value of another setting that has the secret in it, in any case, tells it: whoever shows the
 * value to people masks it then.  What is compiled carries it as it is.
 */

/* Has VALUE the secret of TUNNEL in it, as it is or spelled in other letters? */
bool telling_value(const struct tunnel *tunnel, struct slice value);
/* The same of the secret of any tunnel of MODEL, or one that its text has beside; NULL has none. */
bool telling_model(const struct model *model, struct slice value);
/*
 * Each word of LINE, which is printable, that has such a secret of MODEL in it becomes `****'.
 */
void telling_hide(const struct model *model, char *line);
/* Has the value of SETTING, a text, a label or an identity, the secret of TUNNEL in it? */
bool telling_setting(const struct tunnel *tunnel, enum setting setting);
/*
 * The secrets of both MODELS (NULL: there is none), which must outlive them, for whoever has many
 * values to ask about; the caller frees them.  NULL without memory.
 */
struct telling_index *telling_index_new(const struct model *const models[2]);
void telling_index_delete(struct telling_index *index);
/* As telling_setting(), of any secret of INDEX; NULL has none. */
bool telling_setting_in(const struct telling_index *index, const struct tunnel *tunnel,
			enum setting setting);

/*
 * The words of MODEL's text, from which it was lowered, that have a secret of it, as it is or
 * spelled in other letters, where none is to stand: in order and apart from each other, COUNT of
 * them, in ARENA, which is of secrets.  All of the text if there was no memory to look.
 */
const struct span *telling_places(const struct model *model, struct arena *arena, size_t *count);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CHANGE_H
#define WEIPSEC_CHANGE_H

#include "compiler/model/model.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * From one model to another, tunnel by tunnel and setting by setting, what that does to a tunnel
 * that runs, and whether the other end must change, too.  It is the effect that weipsec-apply has
 * on charon (docs/apply.md), in the words of both programs.
 */

enum change_kind { CHANGE_UNCHANGED, CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED };

enum change_effect {
	EFFECT_NONE,	  /* what runs is not touched */
	EFFECT_NEXT_AUTH, /* nor is this, and the next authentication is by what is new */
	EFFECT_RESTART	  /* it is ended, and begun anew if it is still there */
};

struct change_setting {
	bool differs;
	bool is_owners; /* of the secret: not itself, but whose it is */
	enum change_effect effect;
	bool both_ends; /* the tunnel does not come up until the other end has changed, too */
};

/* What became of a tunnel. */
struct change {
	int32_t id;
	enum change_kind kind;
	const struct tunnel *from;     /* NULL: it was not there */
	const struct tunnel *to;       /* NULL: it is not there any more */
	const struct telling_index *secrets; /* of both models; NULL: it has no settings */
	enum change_effect effect;     /* the gravest of its settings' */
	bool both_ends;
	const char *why; /* what there is to say beside, or NULL */
	struct change_setting settings[SETTING_COUNT];
};

struct changes {
	struct change *items; /* by ID, unchanged ones too */
	size_t count;
	struct telling_index *secrets;
};

/*
 * What leads from the model FROM to TO; NULL is one without a tunnel.  What swanctl does not
 * support is not in them.  False without memory.  They must outlive the changes; free these in any
 * case.
 */
bool changes_make(struct changes *changes, const struct model *from, const struct model *to);
void changes_free(struct changes *changes);
/* True if something differs. */
bool changes_are_some(const struct changes *changes);

/* `ipsecID: ...', and a line for each setting that differs.  Errors of OUT are for the caller to
 * ask. */
void change_print(FILE *out, const struct change *change);
/* The same as an object, which the caller owns; NULL without memory. */
json_t *change_json(const struct change *change);

#endif

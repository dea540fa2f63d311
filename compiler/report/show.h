/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SHOW_H
#define WEIPSEC_SHOW_H

#include "compiler/model/model.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* What stands for a secret, whatever its length. */
#define SHOW_SECRET "****"

/* An identity of 255 bytes, all of them as \xHH, fits with its type. */
#define SHOW_VALUE_MAX 1280
#define SHOW_REMARK_MAX 96

/* A setting's effective value, as WeOS would show it. */

struct telling_index;

struct show {
	bool known;		      /* false: it could not be read, or rests on what could not */
	bool is_weos4;		      /* it is said in WeOS 4's words */
	bool masked;		      /* it or its line may hold a secret: its text is not shown */
	char value[SHOW_VALUE_MAX];   /* printable; empty when not known */
	char remark[SHOW_REMARK_MAX]; /* what there is to say beside it, or empty */
};

/* The settings of WeOS 5 in the order of the guide, I below SETTING_COUNT. */
enum setting show_order(int i);
void show_setting(struct show *show, struct text *text, const struct tunnel *tunnel,
		  enum setting setting);
/*
 * The value alone, in the same words for whatever it was written in, text or document, and whether
 * it is a default or was spelled out.  One that has a secret of TUNNEL or of SECRETS in it (NULL:
 * there is none) is masked.
 */
void show_effective(struct show *show, const struct tunnel *tunnel,
		    const struct telling_index *secrets, enum setting setting);

/* A line of what is shown of a tunnel: a setting of its dialect. */
struct show_row {
	const char *word;
	int setting; /* the enum setting whose field has its value, or -1 */
	int weos4;   /* of a WeOS 4 tunnel: its enum weos4_setting; else -1 */
};

/* How many rows TUNNEL has, and the one at I: in the order of the guide, or of weos4.def. */
int show_rows(const struct tunnel *tunnel);
struct show_row show_row(const struct tunnel *tunnel, int i);
void show_fill(struct show *show, struct text *text, const struct tunnel *tunnel,
	       const struct show_row *row);
/* How the row came by its value, and where it was named. */
enum origin_state show_state(const struct tunnel *tunnel, const struct show_row *row);
struct span show_name(const struct tunnel *tunnel, const struct show_row *row);
/* Has it the value that it has when nothing is said? */
bool show_is_default(const struct tunnel *tunnel, const struct show_row *row);
/* `ipsec ID' and a line for each setting.  Errors of OUT are for the caller to ask. */
void show_tunnel(FILE *out, struct text *text, const struct tunnel *tunnel);
/* The same as an object, which the caller owns; NULL without memory. */
json_t *show_tunnel_json(struct text *text, const struct tunnel *tunnel);

#endif

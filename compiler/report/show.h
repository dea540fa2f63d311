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
struct show {
	bool known;		      /* false: it could not be read, or rests on what could not */
	bool masked;		      /* it or its line may hold a secret: its text is not shown */
	char value[SHOW_VALUE_MAX];   /* printable; empty when not known */
	char remark[SHOW_REMARK_MAX]; /* what there is to say beside it, or empty */
};

/* The settings in the order of the guide, I below SETTING_COUNT. */
enum setting show_order(int i);
void show_setting(struct show *show, struct text *text, const struct tunnel *tunnel,
		  enum setting setting);
/*
 * The value alone, in the same words for whatever it was written in, text or document, and whether
 * it is a default or was spelled out.  OTHER is the tunnel at another time: one that has the secret
 * of either in it is masked.
 */
void show_effective(struct show *show, const struct tunnel *tunnel, const struct tunnel *other,
		    enum setting setting);
/* `ipsec ID' and a line for each setting.  Errors of OUT are for the caller to ask. */
void show_tunnel(FILE *out, struct text *text, const struct tunnel *tunnel);
/* The same as an object, which the caller owns; NULL without memory. */
json_t *show_tunnel_json(struct text *text, const struct tunnel *tunnel);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LAYOUT_H
#define WEIPSEC_LAYOUT_H

#include "compiler/model/model.h"

#include <stdio.h>

/*
 * What charon tells of SAs and connections as `swanctl --list-sas' and `--list-conns' lay it out,
 * which is what `show ipsec ID' of WeOS shows (strongswan.md, 8).  Bytes that would move a terminal
 * are made visible, and values that have a secret of ours in them are not shown.
 */
struct layout {
	FILE *out;
	const struct model *model; /* whose secrets these are; NULL: there are none */
};

/* The section SA of list-sa, whose name is NAME. */
void layout_sa(const struct layout *to, struct slice name, struct slice sa);
/* The section CONNECTION of list-conn. */
void layout_connection(const struct layout *to, struct slice name, struct slice connection);

#endif

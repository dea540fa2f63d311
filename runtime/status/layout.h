/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_LAYOUT_H
#define WEIPSEC_LAYOUT_H

#include "compiler/base/text.h"

#include <stdio.h>

/*
 * What charon tells of SAs and connections as `swanctl --list-sas' and `--list-conns' lay it out,
 * which is what `show ipsec ID' of WeOS shows (strongswan.md, 8).  Bytes that would move a terminal
 * are made visible.
 */

/* The section SA of list-sa, whose name is NAME. */
void layout_sa(FILE *out, struct slice name, struct slice sa);
/* The section CONNECTION of list-conn. */
void layout_connection(FILE *out, struct slice name, struct slice connection);

#endif

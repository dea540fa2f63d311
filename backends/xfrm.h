/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_XFRM_H
#define WEIPSEC_XFRM_H

#include "backends/backend.h"

/* The row of `struct backend' for the script. */
backend_supports xfrm_supports;
void xfrm_emit(const struct model *model, struct output *output);

/*
 * The lines that every script ends with (backends/xfrm.sh), ended by NULL; made when this is built.
 */
extern const char *const xfrm_script[];

#endif

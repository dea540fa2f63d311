/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_EXPIRY_H
#define WEIPSEC_EXPIRY_H

#include "runtime/charon/target.h"

#include <jansson.h>

/*
 * The certificates and CAs of TARGET (NULL: none are known) as `certificates' of the status, each
 * with the tunnels that name it.  A label that has a secret of MODEL in it is not shown.  NULL
 * without memory.
 */
json_t *expiry_json(const struct target *target, const struct model *model);

#endif

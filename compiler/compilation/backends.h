/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_BACKENDS_H
#define WEIPSEC_BACKENDS_H

#include "backends/backend.h"

/* All that a host compiles to, ended by a row without a name. */
extern const struct backend backends[];

const struct backend *backend_find(const char *name);

#endif

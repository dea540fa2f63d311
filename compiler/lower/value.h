/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_VALUE_H
#define WEIPSEC_VALUE_H

#include "compiler/lower/reading.h"

/*
 * Reads a setting's value by its type.  False if it cannot be read; then a finding says why.  A
 * suite keeps what was read of it; what any other field holds then is of no meaning.
 */
bool value_read(const struct reading *reading);

/* The readers that fill a file of their own. */
bool value_read_address(const struct reading *reading);
bool value_read_subnet(const struct reading *reading);
bool value_read_suite(const struct reading *reading);
bool value_read_secret(const struct reading *reading);
bool value_read_identity(const struct reading *reading);

#endif

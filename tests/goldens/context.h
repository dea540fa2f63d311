/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TEST_CONTEXT_H
#define WEIPSEC_TEST_CONTEXT_H

#include <stdbool.h>

/* Makes the one context of libyang that all tests have; false if that fails. */
bool context_prepare(void);
void context_finish(void);

#endif

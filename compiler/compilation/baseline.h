/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_BASELINE_H
#define WEIPSEC_BASELINE_H

#include "compiler/base/text.h"
#include "compiler/finding/fingerprint.h"

/*
 * Reads TEXT, a report of `check --format json' or of one like it, into SET, which is empty: the
 * fingerprints of what was found then.  NULL if that went well, else what is wrong, for behind the
 * file's name.
 */
const char *baseline_read(const struct text *text, struct fingerprints *set);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DEVICE_JSON_H
#define WEIPSEC_DEVICE_JSON_H

#include "compiler/model/device.h"

/* A backup is far smaller; the reader needs many times the size in memory. */
#define DEVICE_JSON_MAX ((size_t)4 << 20)

/*
 * Reads what the rules need of the WeOS 5 backup TEXT, or of a part of one, into *DEVICE; the rest
 * of it is ignored.  NULL if that went well, else what is wrong, for behind the file's name: no
 * value of the document is in it.  Everything is allocated from ARENA, and what a pager left in
 * TEXT is wiped.
 */
const char *device_json_read(struct text *text, struct arena *arena, struct device *device);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SPOOL_H
#define WEIPSEC_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Bytes that may never be asked for again: they wait in a file without a name, and cost no memory
 * but for those that are read.
 */
struct spool;

/* An empty one; NULL with errno. */
struct spool *spool_new(void);
void spool_free(struct spool *spool);
/* Where the next bytes are put. */
size_t spool_size(const struct spool *spool);
/* Puts SIZE bytes behind the others; an error is kept. */
void spool_put(struct spool *spool, const char *bytes, size_t size);
/* SIZE bytes of what was put AT into BYTES, when all were put; false with errno. */
bool spool_read(struct spool *spool, size_t at, char *bytes, size_t size);
/*
 * All bytes, when all of them were put, as long as SPOOL lives, private and writable; NULL with
 * errno.
 */
char *spool_map(struct spool *spool);

#endif

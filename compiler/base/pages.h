/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PAGES_H
#define WEIPSEC_PAGES_H

#include <stddef.h>

/*
 * Memory in huge pages, where the kernel has them: the first touch of a small one costs more than
 * what is done with its bytes, of virtual machines above all.
 */
#define PAGES_HUGE ((size_t)2 << 20)

/*
 * SIZE zeroed bytes, a multiple of PAGES_HUGE and aligned to it, for pages_unmap(); NULL without
 * memory.
 */
void *pages_map(size_t size);
void pages_unmap(void *at, size_t size);

/*
 * SIZE zeroed bytes, a multiple of pages_size(), for pages_unmap(): what lies there is in no dump,
 * and not swapped out as far as the limit of locked memory allows.  NULL without memory.
 */
void *pages_map_secret(size_t size);
/* Of a small one, in bytes. */
size_t pages_size(void);

/*
 * SIZE bytes for free(); NULL without memory.  Only what is whole in them becomes a huge page, so
 * that they take no more memory than with small ones.
 */
void *pages_malloc(size_t size);

#endif

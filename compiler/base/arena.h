/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ARENA_H
#define WEIPSEC_ARENA_H

#include <stdarg.h>
#include <stddef.h>

/*
 * One arena holds everything that one compilation allocates, and is freed at once.  Running out of
 * memory is a sticky state: arena_alloc() then returns NULL, and whoever owns the arena asks
 * arena_failed() at the end of a phase.
 */
struct arena;

/*
 * A new arena, or NULL without memory.  One that is to hold secrets lies in memory of its own,
 * which is in no dump and not swapped out (base/pages.h), and is wiped before it is freed.
 */
struct arena *arena_new(void);
struct arena *arena_new_secret(void);
void arena_free(struct arena *arena);
/*
 * Empties ARENA, as arena_free() would, but keeps the largest of its memory for what is allocated
 * next, and its failure is forgotten.
 */
void arena_reset(struct arena *arena);
/* A new arena with pages as OTHER has them; not wiped. */
struct arena *arena_new_beside(const struct arena *other);
/*
 * Much is to come into ARENA: from a MiB on it lies in huge pages, the last of them partly unused.
 */
void arena_use_huge_pages(struct arena *arena);

/*
 * Zeroed memory of SIZE bytes, aligned for pointers and 64-bit integers; NULL when memory is short.
 */
void *arena_alloc(struct arena *arena, size_t size);
/* A copy of SIZE bytes with a NUL behind it; NULL when memory is short. */
char *arena_copy(struct arena *arena, const char *bytes, size_t size);
/* printf into the arena; NULL when memory is short. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* 1 if an allocation from this arena ever failed. */
int arena_failed(const struct arena *arena);

#endif

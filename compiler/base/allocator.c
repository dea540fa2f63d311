/* SPDX-License-Identifier: ISC */
/*
 * malloc() of a whole program, and of every library that it loads: what it could not have the
 * program hears of (base/shortage.h).  In a static program the linker's --wrap has it called; a
 * sanitizer has its own, and with another C library than glibc libraries are asked one by one
 * (runtime/command/wiping.c).
 *
 * What is large and one file's alone comes of posix_memalign() and mmap() (base/pages.h), and may
 * be missing without that: then the others are told of.
 */
#include "compiler/base/sanitized.h"
#include "compiler/base/shortage.h"

#include <stdlib.h>

#if defined(MEMORY_WRAPPED)
#define HERE "__wrap_"
#define REAL "__real_"
#else
#define HERE ""
#define REAL "__libc_"
#endif

#if (defined(MEMORY_WRAPPED) || defined(__GLIBC__)) && !IS_SANITIZED

void *malloc_real(size_t size) __asm__(REAL "malloc");
void *calloc_real(size_t count, size_t size) __asm__(REAL "calloc");
void *realloc_real(void *old, size_t size) __asm__(REAL "realloc");
void *malloc_here(size_t size) __asm__(HERE "malloc");
void *calloc_here(size_t count, size_t size) __asm__(HERE "calloc");
void *realloc_here(void *old, size_t size) __asm__(HERE "realloc");

static void *check(void *memory, size_t size)
{
	if (!memory && size)
		shortage_meet();
	return memory;
}

void *malloc_here(size_t size)
{
	return check(malloc_real(size), size);
}

void *calloc_here(size_t count, size_t size)
{
	return check(calloc_real(count, size), size);
}

void *realloc_here(void *old, size_t size)
{
	return check(realloc_real(old, size), size);
}

#endif

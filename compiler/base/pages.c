/* SPDX-License-Identifier: ISC */
#include "compiler/base/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* How many bytes behind AT the next huge page begins. */
static size_t to_boundary(const void *at)
{
	return (size_t)(-(uintptr_t)at & (PAGES_HUGE - 1));
}

/* The kernel aligns to small pages: what is mapped too much goes back. */
void *pages_map(size_t size)
{
	size_t mapped = size + PAGES_HUGE, before;
	char *at;

	if (mapped < size)
		return NULL;
	at = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return NULL;
	before = to_boundary(at);
	if (before)
		munmap(at, before);
	munmap(at + before + size, PAGES_HUGE - before);
	(void)madvise(at + before, size, MADV_HUGEPAGE);
	return at + before;
}

size_t pages_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

void *pages_map_secret(size_t size)
{
	void *at =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return NULL;
	(void)madvise(at, size, MADV_DONTDUMP);
	(void)mlock(at, size);
	return at;
}

void pages_unmap(void *at, size_t size)
{
	munmap(at, size);
}

void *pages_malloc(size_t size)
{
	void *at;

	if (size < PAGES_HUGE)
		return malloc(size);
	if (posix_memalign(&at, PAGES_HUGE, size) != 0)
		return NULL;
	(void)madvise(at, size & ~(PAGES_HUGE - 1), MADV_HUGEPAGE);
	return at;
}

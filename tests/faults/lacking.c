/* SPDX-License-Identifier: ISC */
/*
 * A library for LD_PRELOAD whose N-th allocation fails, or each from the N-th on.  It stands
 * between a program and the C library under all names by which memory is asked for; allocations
 * within malloc() itself are none.  A program arms it with lacking_arm(); in one that does not, the
 * environment does: LACKING_AT=N, LACKING_ON=1 for those behind it too, and LACKING_COUNT=FILE for
 * how many there were.
 */
#include "tests/faults/lacking.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static atomic_long count, fails_at;
static atomic_bool fails_on;

void lacking_arm(long at, bool on)
{
	count = 0;
	fails_at = at;
	fails_on = on;
}

long lacking_count(void)
{
	return count;
}

/* Counts one: true if it is to fail. */
static bool fails(void)
{
	long number = ++count, at = fails_at;

	if (!at || number < at || (number > at && !fails_on))
		return false;
	errno = ENOMEM;
	return true;
}

/* The C library's own, which the loader needs before any constructor has run. */
static void *(*malloc_real)(size_t size);
static void *(*calloc_real)(size_t items, size_t size);
static void *(*realloc_real)(void *old, size_t size);

/* dlsym() itself asks for memory only when it fails. */
static void find_real(void)
{
	*(void **)&malloc_real = dlsym(RTLD_NEXT, "__libc_malloc");
	*(void **)&calloc_real = dlsym(RTLD_NEXT, "__libc_calloc");
	*(void **)&realloc_real = dlsym(RTLD_NEXT, "__libc_realloc");
	if (!malloc_real || !calloc_real || !realloc_real)
		abort();
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("LACKING_AT");

	if (at)
		lacking_arm(strtol(at, NULL, 10), getenv("LACKING_ON") != NULL);
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("LACKING_COUNT");
	char digits[32];
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return;
	snprintf(digits, sizeof(digits), "%ld\n", lacking_count());
	(void)!write(fd, digits, strlen(digits));
	close(fd);
}

/* What a program that has malloc() itself calls is here too: an allocation is counted once. */
void *libc_malloc(size_t size) __asm__("__libc_malloc");
void *libc_calloc(size_t items, size_t size) __asm__("__libc_calloc");
void *libc_realloc(void *old, size_t size) __asm__("__libc_realloc");

void *libc_malloc(size_t size)
{
	if (!malloc_real)
		find_real();
	return fails() ? NULL : malloc_real(size);
}

void *libc_calloc(size_t items, size_t size)
{
	if (!calloc_real)
		find_real();
	return fails() ? NULL : calloc_real(items, size);
}

void *libc_realloc(void *old, size_t size)
{
	if (!realloc_real)
		find_real();
	return fails() ? NULL : realloc_real(old, size);
}

void *malloc(size_t size)
{
	return libc_malloc(size);
}

void *calloc(size_t items, size_t size)
{
	return libc_calloc(items, size);
}

void *realloc(void *old, size_t size)
{
	return libc_realloc(old, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	int (*real)(void **memory, size_t alignment, size_t size);

	*(void **)&real = dlsym(RTLD_NEXT, "posix_memalign");
	return fails() ? ENOMEM : real(memory, alignment, size);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	void *(*real)(void *at, size_t size, int protection, int flags, int fd, off_t offset);

	*(void **)&real = dlsym(RTLD_NEXT, "mmap");
	return fails() ? MAP_FAILED : real(at, size, protection, flags, fd, offset);
}

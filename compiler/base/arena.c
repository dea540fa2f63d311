/* SPDX-License-Identifier: ISC */
#include "compiler/base/arena.h"

#include "compiler/base/pages.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The first chunk serves a small file whole; later ones grow, so that their number stays small.  Of
 * an arena with huge pages those that are a page long go on to grow: what was not touched yet is no
 * memory.
 */
#define CHUNK_FIRST ((size_t)16 << 10)
#define CHUNK_SECRET ((size_t)4000) /* a page with its chunk: each is locked */
#define CHUNK_LARGEST ((size_t)1 << 20)
#define CHUNK_HUGE_LARGEST ((size_t)64 << 20)

/* Enough for pointers and 64-bit integers, the largest that anything here is made of. */
#define ARENA_ALIGNMENT ((size_t)8)

struct chunk {
	struct chunk *next;
	size_t size;
	size_t used;
	bool is_mapped; /* in pages of its own */
	alignas(ARENA_ALIGNMENT) char bytes[];
};

struct arena {
	struct chunk *chunks; /* the newest first; only it has room */
	bool wipe;
	bool huge;
	bool failed;
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

struct arena *arena_new_secret(void)
{
	struct arena *arena = arena_new();

	if (arena)
		arena->wipe = true;
	return arena;
}

struct arena *arena_new_beside(const struct arena *other)
{
	struct arena *arena = arena_new();

	if (arena)
		arena->huge = other->huge;
	return arena;
}

void arena_use_huge_pages(struct arena *arena)
{
	arena->huge = true;
}

static void chunk_free(struct chunk *chunk)
{
	if (chunk->is_mapped)
		pages_unmap(chunk, sizeof(*chunk) + chunk->size);
	else
		free(chunk);
}

static void free_chunks(const struct arena *arena, struct chunk *chunk)
{
	while (chunk) {
		struct chunk *next = chunk->next;

		if (arena->wipe)
			explicit_bzero(chunk->bytes, chunk->used);
		chunk_free(chunk);
		chunk = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	free_chunks(arena, arena->chunks);
	free(arena);
}

/* Behind what was used, the newest chunk is zeroed still. */
void arena_reset(struct arena *arena)
{
	struct chunk *kept = arena->chunks;

	arena->failed = false;
	if (!kept)
		return;
	free_chunks(arena, kept->next);
	kept->next = NULL;
	explicit_bzero(kept->bytes, kept->used);
	kept->used = 0;
}

static size_t chunk_size_next(const struct arena *arena, size_t wanted)
{
	size_t first = arena->wipe ? CHUNK_SECRET : CHUNK_FIRST;
	size_t size = arena->chunks ? arena->chunks->size * 2 : first;
	size_t largest = arena->huge ? CHUNK_HUGE_LARGEST : CHUNK_LARGEST;

	if (size > largest)
		size = largest;
	return size < wanted ? wanted : size;
}

/* SIZE bytes and their chunk, in whole pages, for secrets or huge.  NULL without memory. */
static struct chunk *chunk_map(size_t size, bool is_secret)
{
	size_t page = is_secret ? pages_size() : PAGES_HUGE;
	size_t whole = (sizeof(struct chunk) + size + page - 1) & ~(page - 1);
	struct chunk *chunk = is_secret ? pages_map_secret(whole) : pages_map(whole);

	if (!chunk)
		return NULL;
	chunk->is_mapped = true;
	chunk->size = whole - sizeof(*chunk);
	return chunk;
}

/* The same from the heap. */
static struct chunk *chunk_allocate(size_t size)
{
	/* zeroed: large chunks come so from the kernel, at no cost */
	struct chunk *chunk = calloc(1, sizeof(*chunk) + size);

	if (chunk)
		chunk->size = size;
	return chunk;
}

/* Where there are no pages for secrets, they lie with the rest: being wiped is what matters. */
static struct chunk *chunk_new(const struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->wipe ? chunk_map(size, true) : NULL;

	if (arena->huge && size > CHUNK_LARGEST && !arena->wipe)
		return chunk_map(size, false);
	return chunk ? chunk : chunk_allocate(size);
}

static bool arena_grow(struct arena *arena, size_t wanted)
{
	size_t size = chunk_size_next(arena, wanted);
	struct chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk) - PAGES_HUGE)
		return false;
	chunk = chunk_new(arena, size);
	if (!chunk)
		return false;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return true;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t wanted = (size + ARENA_ALIGNMENT - 1) & ~(ARENA_ALIGNMENT - 1);
	struct chunk *chunk = arena->chunks;
	void *at;

	if (wanted < size ||
	    ((!chunk || chunk->size - chunk->used < wanted) && !arena_grow(arena, wanted))) {
		arena->failed = true;
		return NULL;
	}
	chunk = arena->chunks;
	at = chunk->bytes + chunk->used;
	chunk->used += wanted;
	return at;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t size)
{
	char *copy = arena_alloc(arena, size + 1);

	if (copy && size)
		memcpy(copy, bytes, size);
	return copy;
}

static int print_into(char *rest, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/*
 * Prints into the SIZE bytes at REST; of what does not fit nothing stays.  Returns the whole
 * length.
 */
static int print_into(char *rest, size_t size, const char *format, va_list args)
{
	int length = vsnprintf(rest, size, format, args);

	if (length >= 0 && (size_t)length >= size && size)
		explicit_bzero(rest, size);
	return length;
}

/* Mostly it fits into the newest chunk, and is printed once. */
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	struct chunk *chunk = arena->chunks;
	char *rest = chunk ? chunk->bytes + chunk->used : NULL;
	va_list again;
	char *text;
	int length;

	va_copy(again, args);
	length = print_into(rest, chunk ? chunk->size - chunk->used : 0, format, again);
	va_end(again);
	text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
	if (text && text != rest)
		vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

int arena_failed(const struct arena *arena)
{
	return arena->failed;
}

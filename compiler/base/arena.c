/* SPDX-License-Identifier: ISC */
#include "compiler/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first chunk serves a small file whole; later ones grow, so that their number stays small. */
#define CHUNK_FIRST ((size_t)16 << 10)
#define CHUNK_LARGEST ((size_t)1 << 20)

/* Enough for pointers and 64-bit integers, the largest that anything here is made of. */
#define ARENA_ALIGNMENT ((size_t)8)

struct chunk {
	struct chunk *next;
	size_t size;
	alignas(ARENA_ALIGNMENT) char bytes[];
};

struct arena {
	struct chunk *chunks; /* the newest first; only it has room */
	size_t used;	      /* of the newest */
	int wipe;
	int failed;
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

struct arena *arena_new_secret(void)
{
	struct arena *arena = arena_new();

	if (arena)
		arena->wipe = 1;
	return arena;
}

static void free_chunks(const struct arena *arena, struct chunk *chunk)
{
	while (chunk) {
		struct chunk *next = chunk->next;

		if (arena->wipe)
			explicit_bzero(chunk->bytes, chunk->size);
		free(chunk);
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

	arena->failed = 0;
	if (!kept)
		return;
	free_chunks(arena, kept->next);
	kept->next = NULL;
	explicit_bzero(kept->bytes, arena->used);
	arena->used = 0;
}

static size_t chunk_size_next(const struct arena *arena, size_t wanted)
{
	size_t size = arena->chunks ? arena->chunks->size * 2 : CHUNK_FIRST;

	if (size > CHUNK_LARGEST)
		size = CHUNK_LARGEST;
	return size < wanted ? wanted : size;
}

static int arena_grow(struct arena *arena, size_t wanted)
{
	size_t size = chunk_size_next(arena, wanted);
	struct chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk))
		return 0;
	/* zeroed: large chunks come so from the kernel, at no cost */
	chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk)
		return 0;
	chunk->next = arena->chunks;
	chunk->size = size;
	arena->chunks = chunk;
	arena->used = 0;
	return 1;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t wanted = (size + ARENA_ALIGNMENT - 1) & ~(ARENA_ALIGNMENT - 1);
	void *at;

	if (wanted < size ||
	    ((!arena->chunks || arena->chunks->size - arena->used < wanted) &&
	     !arena_grow(arena, wanted))) {
		arena->failed = 1;
		return NULL;
	}
	at = arena->chunks->bytes + arena->used;
	arena->used += wanted;
	return at;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t size)
{
	char *copy = arena_alloc(arena, size + 1);

	if (copy && size)
		memcpy(copy, bytes, size);
	return copy;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
	if (text)
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

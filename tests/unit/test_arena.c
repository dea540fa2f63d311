/* SPDX-License-Identifier: ISC */
/* Arenas: what they give is zeroed, aligned and whole, in small pages and in huge ones. */
#include "compiler/base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tests, failures;

static void result(bool ok, const char *what, const char *of)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s, %s\n", ok ? "" : "not ", tests, what, of);
}

static bool is_filled(const unsigned char *at, size_t size, unsigned char with)
{
	return size == 0 || (at[0] == with && memcmp(at, at + 1, size - 1) == 0);
}

/* Gives out PIECES, which grow in size, and fills each; all must still be as they were filled. */
static void test_pieces(struct arena *arena, size_t pieces, const char *of)
{
	unsigned char **all = calloc(pieces, sizeof(*all));
	bool zeroed = true, aligned = true, whole = true;

	for (size_t i = 0; all && i < pieces; i++) {
		all[i] = arena_alloc(arena, i);
		if (!all[i])
			abort();
		zeroed = zeroed && is_filled(all[i], i, 0);
		aligned = aligned && (uintptr_t)all[i] % 8 == 0;
		memset(all[i], (int)(i % 255 + 1), i);
	}
	for (size_t i = 0; all && i < pieces; i++)
		whole = whole && is_filled(all[i], i, (unsigned char)(i % 255 + 1));
	free(all);
	result(zeroed, "pieces are zeroed", of);
	result(aligned, "pieces are aligned", of);
	result(whole, "no piece lies over another", of);
}

/* Texts of all lengths around what is left of a chunk. */
static void test_printed(struct arena *arena, const char *of)
{
	bool good = true, zeroed = true;

	for (int length = 0; length < 9000; length++) {
		const char *text = arena_printf(arena, "%*s", length, "");
		const unsigned char *next = arena_alloc(arena, 24);

		if (!text || !next)
			abort();
		good =
		    good && strlen(text) == (size_t)length && strspn(text, " ") == (size_t)length;
		zeroed = zeroed && is_filled(next, 24, 0);
	}
	result(good, "what is printed is whole", of);
	result(zeroed, "what comes behind it is zeroed", of);
}

static void test_arena(struct arena *arena, bool huge, const char *of)
{
	if (!arena)
		abort();
	if (huge)
		arena_use_huge_pages(arena);
	test_pieces(arena, 5000, of);
	test_printed(arena, of);
	result(arena_alloc(arena, (size_t)5 << 20) != NULL, "one large piece", of);
	result(!arena_failed(arena), "nothing failed", of);
	result(!arena_alloc(arena, SIZE_MAX - 4) && arena_failed(arena), "what cannot be fails",
	       of);
	arena_free(arena);
}

int main(void)
{
	test_arena(arena_new(), false, "small pages");
	test_arena(arena_new(), true, "huge pages");
	test_arena(arena_new_secret(), false, "secrets in small pages");
	test_arena(arena_new_secret(), true, "secrets in huge pages");
	printf("1..%d\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

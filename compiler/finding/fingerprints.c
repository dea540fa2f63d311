/* SPDX-License-Identifier: ISC */
#include "compiler/finding/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#define DIGEST_BYTES (FINGERPRINT_LENGTH / 2)
#define GROWTH 64

/* Only as they are written: with another case it is nothing of ours. */
static int digit(char c)
{
	return c >= 'A' && c <= 'F' ? -1 : hex_digit(c);
}

static bool read_hex(const char *hex, unsigned char *bytes)
{
	if (strlen(hex) != FINGERPRINT_LENGTH)
		return false;
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static bool has_room(struct fingerprints *set)
{
	size_t room = 2 * set->room + GROWTH;
	unsigned char(*list)[DIGEST_BYTES];

	if (set->count < set->room)
		return true;
	list = realloc(set->list, room * sizeof(*list));
	if (!list)
		return false;
	set->list = list;
	set->room = room;
	return true;
}

enum fingerprints_told fingerprints_add(struct fingerprints *set, const char *hex)
{
	if (!has_room(set))
		return FINGERPRINTS_MEMORY;
	if (!read_hex(hex, set->list[set->count]))
		return FINGERPRINTS_MALFORMED;
	set->count++;
	return FINGERPRINTS_WELL;
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, DIGEST_BYTES);
}

bool fingerprints_order(struct fingerprints *set)
{
	size_t kept = 0;

	if (set->count)
		qsort(set->list, set->count, sizeof(*set->list), compare);
	for (size_t i = 0; i < set->count; i++) {
		if (!kept || compare(set->list[i], set->list[kept - 1]) != 0)
			memmove(set->list[kept++], set->list[i], DIGEST_BYTES);
	}
	set->count = kept;
	set->use = calloc(kept + 1, sizeof(*set->use));
	return set->use != NULL;
}

bool fingerprints_find(const struct fingerprints *set, const char *hex, enum fingerprint_use use)
{
	unsigned char bytes[DIGEST_BYTES], *at;

	if (!set->count || !read_hex(hex, bytes))
		return false;
	at = bsearch(bytes, set->list, set->count, sizeof(*set->list), compare);
	if (!at)
		return false;
	atomic_store_explicit(&set->use[(size_t)(at - set->list[0]) / DIGEST_BYTES],
			      (unsigned char)use, memory_order_relaxed);
	return true;
}

size_t fingerprints_count(const struct fingerprints *set, enum fingerprint_use use)
{
	size_t count = 0;

	for (size_t i = 0; i < set->count; i++)
		count += atomic_load_explicit(&set->use[i], memory_order_relaxed) == use;
	return count;
}

void fingerprints_free(struct fingerprints *set)
{
	free(set->list);
	free(set->use);
	*set = (struct fingerprints){.list = NULL};
}

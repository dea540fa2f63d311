/* SPDX-License-Identifier: ISC */
#include "runtime/command/memory.h"

#include "compiler/base/shortage.h"

#include <jansson.h>
#include <libxml/xmlmemory.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static void *take(size_t size)
{
	void *memory = malloc(size);

	if (!memory && size)
		shortage_meet();
	return memory;
}

static void give(void *memory)
{
	if (memory)
		explicit_bzero(memory, malloc_usable_size(memory));
	free(memory);
}

/* realloc() would leave a copy behind. */
static void *take_again(void *old, size_t size)
{
	size_t room = old ? malloc_usable_size(old) : 0;
	void *memory;

	if (old && size && size <= room && size >= room / 2)
		return old;
	memory = size ? take(size) : NULL;
	if (memory && old)
		memcpy(memory, old, room < size ? room : size);
	if (memory || !size)
		give(old);
	return memory;
}

static char *take_copy(const char *string)
{
	size_t size = strlen(string) + 1;
	char *copy = take(size);

	return copy ? memcpy(copy, string, size) : NULL;
}

static void *crypto_take(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return take(size);
}

static void *crypto_take_again(void *old, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return take_again(old, size);
}

static void crypto_give(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	give(memory);
}

void memory_wipe(void)
{
	json_set_alloc_funcs(take, give);
	xmlMemSetup(give, take, take_again, take_copy);
	CRYPTO_set_mem_functions(crypto_take, crypto_take_again, crypto_give);
}

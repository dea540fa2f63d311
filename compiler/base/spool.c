/* SPDX-License-Identifier: ISC */
#include "compiler/base/spool.h"

#include "compiler/base/sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct spool {
	FILE *file;
	size_t size;
	char *map; /* NULL: not mapped */
};

struct spool *spool_new(void)
{
	struct spool *spool = calloc(1, sizeof(*spool));

	if (!spool)
		return NULL;
	spool->file = tmpfile();
	if (spool->file)
		return spool;
	free(spool);
	return NULL;
}

void spool_free(struct spool *spool)
{
	if (!spool)
		return;
	if (spool->map)
		munmap(spool->map, spool->size);
	fclose(spool->file);
	free(spool);
}

size_t spool_size(const struct spool *spool)
{
	return spool->size;
}

void spool_put(struct spool *spool, const char *bytes, size_t size)
{
	fwrite(bytes, 1, size, spool->file);
	spool->size += size;
}

/* Lets all that was put be in the file. */
static bool settle(struct spool *spool)
{
	if (fflush(spool->file) == 0 && !ferror(spool->file))
		return true;
	errno = sink_why(spool->file);
	return false;
}

bool spool_read(struct spool *spool, size_t at, char *bytes, size_t size)
{
	if (!settle(spool))
		return false;
	while (size) {
		ssize_t count = pread(fileno(spool->file), bytes, size, (off_t)at);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		bytes += count;
		at += (size_t)count;
		size -= (size_t)count;
	}
	return true;
}

char *spool_map(struct spool *spool)
{
	void *map;

	if (!spool->size)
		spool_put(spool, "", 1);
	if (!settle(spool))
		return NULL;
	map = mmap(NULL, spool->size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(spool->file), 0);
	spool->map = map == MAP_FAILED ? NULL : map;
	return spool->map;
}

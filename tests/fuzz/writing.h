/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FUZZ_WRITING_H
#define WEIPSEC_FUZZ_WRITING_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* What is written into memory; BYTES are the caller's to free once it has ended. */
struct writing {
	FILE *out;
	char *bytes;
	size_t size;
};

static inline void writing_begin(struct writing *writing)
{
	writing->out = open_memstream(&writing->bytes, &writing->size);
	assert(writing->out);
}

static inline void writing_end(struct writing *writing)
{
	if (fclose(writing->out) != 0)
		abort();
}

#endif

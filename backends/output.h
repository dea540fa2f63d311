/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OUTPUT_H
#define WEIPSEC_OUTPUT_H

#include "compiler/model/model.h"

#include <stddef.h>
#include <stdint.h>

/* Where one line of output came from. */
struct output_origin {
	uint32_t line; /* of the output, from 1 */
	const struct tunnel *tunnel;
	int setting;    /* enum setting, or -1 for the tunnel as a whole */
};

/* Growing bytes with a source map; secrets pass through, so freeing wipes. */
struct output {
	char *bytes;
	size_t size;
	size_t room;
	uint32_t line; /* the line that is being written, from 1 */
	struct output_origin *origins;
	size_t origin_count;
	size_t origin_room;
	int failed; /* out of memory, or for the reason below; sticky */
	const char *failure;
	int has_secrets;
};

void output_init(struct output *output);
void output_free(struct output *output);
void output_printf(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void output_bytes(struct output *output, const char *bytes, size_t size);
/* The line being written comes from SETTING (or -1) of TUNNEL. */
void output_origin(struct output *output, const struct tunnel *tunnel, int setting);

#endif

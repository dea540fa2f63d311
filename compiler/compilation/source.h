/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SOURCE_H
#define WEIPSEC_SOURCE_H

#include "compiler/compilation/compilation.h"

#include <stdbool.h>

/* An input of a command: read, and compiled as far as it goes. */
struct source {
	int error;		   /* errno if it could not be read; then there is nothing else */
	bool is_json;		   /* a JSON document, left alone */
	struct findings *findings; /* NULL where there is nothing to find */
	const struct model *model;
	struct compilation *compilation;
	struct text *text; /* without a compilation */
	struct workspace *workspace;
};

/*
 * Reads PATH (`-': standard input) and compiles it as the file NAME, which must outlive it, in its
 * SURROUNDINGS.
 * A JSON document that was found is left alone; of one that was named the compiler says that it is
 * one.  The memory is that of WORKSPACE, if it is not NULL, until source_close().
 */
void source_open(struct source *source, const char *path, const char *name,
		 const struct surroundings *surroundings, struct workspace *workspace);
void source_close(struct source *source);

#endif

/* SPDX-License-Identifier: ISC */
#include "compiler/compilation/source.h"

#include "compiler/base/files.h"

#include <errno.h>
#include <string.h>

static void compile(struct source *source, struct text *text,
		    const struct surroundings *surroundings)
{
	source->compilation = compilation_new(text, surroundings);
	if (!source->compilation) {
		source->error = ENOMEM;
		return;
	}
	source->findings = &source->compilation->findings;
	source->model = source->compilation->model;
}

void source_open(struct source *source, const char *path,
		 const struct surroundings *surroundings, bool skip_json)
{
	struct text *text = files_read(path);
	uint32_t at;

	memset(source, 0, sizeof(*source));
	if (!text) {
		source->error = errno;
		return;
	}
	if (skip_json && text_is_json(text, &at)) {
		source->is_json = true;
		source->text = text;
		return;
	}
	compile(source, text, surroundings);
}

void source_close(struct source *source)
{
	if (source->compilation)
		compilation_free(source->compilation);
	text_free(source->text);
	memset(source, 0, sizeof(*source));
}

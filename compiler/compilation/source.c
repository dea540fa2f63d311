/* SPDX-License-Identifier: ISC */
#include "compiler/compilation/source.h"

#include "compiler/base/files.h"
#include "grammar/session.h"

#include <errno.h>
#include <string.h>

static void compile(struct source *source, struct text *text,
		    const struct surroundings *surroundings)
{
	source->compilation = compilation_new_in(source->workspace, text, surroundings);
	if (!source->compilation) {
		source->error = ENOMEM;
		return;
	}
	source->findings = &source->compilation->findings;
	source->model = source->compilation->model;
}

/* The text of PATH, in memory of WORKSPACE if there is one. */
static struct text *read_text(const char *path, struct workspace *workspace)
{
	struct text *old = workspace ? workspace->text : NULL;

	if (workspace)
		workspace->text = NULL;
	return files_read_over(old, path);
}

void source_open(struct source *source, const char *path, const char *name,
		 const struct surroundings *surroundings, struct workspace *workspace)
{
	struct text *text = read_text(path, workspace);
	uint32_t at;

	memset(source, 0, sizeof(*source));
	source->workspace = workspace;
	if (!text) {
		source->error = errno;
		return;
	}
	text->name = name;
	if (surroundings->is_found && session_is_json(text, &at)) {
		source->is_json = true;
		source->text = text;
		return;
	}
	compile(source, text, surroundings);
}

void source_close(struct source *source)
{
	compilation_free(source->compilation);
	if (source->text && source->workspace)
		source->workspace->text = source->text;
	else
		text_free(source->text);
	memset(source, 0, sizeof(*source));
}

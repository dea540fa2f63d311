/* SPDX-License-Identifier: ISC */
#include "compiler/source.h"

#include "compiler/files.h"

#include <errno.h>
#include <string.h>

/* The first byte that is no blank, after a byte order mark, begins an object or a list. */
static bool looks_like_json(const struct text *text)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *at = text->bytes;
	const char *end = at + text->size;

	if (text->size >= 3 && memcmp(at, mark, 3) == 0)
		at += 3;
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
		at++;
	return at < end && (*at == '{' || *at == '[');
}

/* Nothing is said of the part that was read: it would be about a file that nobody has. */
static void refuse_large(struct source *source, struct text *text)
{
	struct finding *finding;

	source->text = text;
	source->arena = arena_new();
	if (!source->arena) {
		source->error = ENOMEM;
		return;
	}
	source->findings = &source->own;
	findings_init(source->findings, source->arena, text);
	finding = finding_add(source->findings, WI117, (struct span){0, 0},
			      "the file is over %zu MiB: not checked", TEXT_FILE_MAX >> 20);
	finding_help(source->findings, finding, "check the devices' files one by one");
}

void source_open(struct source *source, const char *path, int dialect, bool skip_json)
{
	bool over_limit = false;
	struct text *text = files_read(path, &over_limit);

	memset(source, 0, sizeof(*source));
	if (!text) {
		source->error = errno;
		return;
	}
	if (skip_json && looks_like_json(text)) {
		source->is_json = true;
		source->text = text;
		return;
	}
	if (over_limit) {
		refuse_large(source, text);
		return;
	}
	source->compilation = compilation_new(text, dialect);
	if (!source->compilation) {
		source->error = ENOMEM;
		return;
	}
	source->findings = &source->compilation->findings;
	source->model = source->compilation->model;
}

void source_close(struct source *source)
{
	if (source->compilation)
		compilation_free(source->compilation);
	text_free(source->text);
	arena_free(source->arena);
	memset(source, 0, sizeof(*source));
}

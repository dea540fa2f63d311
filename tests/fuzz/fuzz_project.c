/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a project file, or by the last of them as a baseline: they are refused in a line
 * that quotes nothing, or what they say can be asked for.
 */
#include "compiler/base/glob.h"
#include "compiler/compilation/baseline.h"
#include "compiler/compilation/project_text.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(const char *words)
{
	for (; words && *words; words++)
		assert((unsigned char)*words >= 0x20 && (unsigned char)*words < 0x7f);
}

/* PATH is below the folder at each of its steps. */
static void check_path(const char *path)
{
	int depth = 0;

	if (!path)
		return;
	assert(strncmp(path, "/folder/", 8) == 0);
	for (path += 7; *path; path += strcspn(path, "/")) {
		path += strspn(path, "/");
		if (strncmp(path, "../", 3) == 0 || strcmp(path, "..") == 0)
			depth--;
		else if (*path && strncmp(path, "./", 2) != 0 && strcmp(path, ".") != 0)
			depth++;
		assert(depth >= 0);
	}
}

/* Paths are below the folder, whatever was written, and GLOBs are asked of names. */
static void check_section(const struct project_section *section)
{
	static const struct slice name = {"a/b c/x.cfg", 11};

	check_path(section->words.pki);
	check_path(section->words.device);
	if (section->glob.length)
		glob_covers(section->glob, name, false);
}

static void check_text(const struct project_text *text)
{
	static const struct slice name = {"old/**/x", 8};
	size_t count = 0;

	for (const struct project_section *at = text->head; at; at = at->next) {
		check_section(at);
		count++;
	}
	assert(count == text->sections && text->indent <= 64);
	check_path(text->baseline);
	for (const struct project_glob *at = text->exclude; at; at = at->next)
		glob_covers(at->pattern, name, true);
	for (const struct project_glob *at = text->files; at; at = at->next)
		glob_covers(at->pattern, name, false);
}

static void read_project(const char *bytes, size_t size)
{
	struct project_text text = {.arena = arena_new(), .folder = "/folder"};

	assert(text.arena);
	if (project_text_read(&text, bytes, size))
		check_text(&text);
	else
		assert(text.error && text.at.line && text.at.column);
	check_words(text.error);
	arena_free(text.arena);
}

static void read_baseline(const char *bytes, size_t size)
{
	struct fingerprints set = {.count = 0};
	struct text *text = text_new("-", bytes, size);
	const char *error;

	assert(text);
	error = baseline_read(text, &set);
	check_words(error);
	if (!error) {
		size_t used =
		    fingerprints_find(&set, "0123456789abcdef0123456789abcdef", FINGERPRINT_USED);

		assert(fingerprints_count(&set, FINGERPRINT_USED) == used);
		assert(fingerprints_count(&set, FINGERPRINT_UNUSED) == set.count - used);
	}
	fingerprints_free(&set);
	text_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return -1;
	if (data[size - 1] == 'b')
		read_baseline((const char *)data, size - 1);
	else
		read_project((const char *)data, size - 1);
	return 0;
}

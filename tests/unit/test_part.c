/* SPDX-License-Identifier: ISC */
/* Parts of a report: joined they are what the report would have written itself. */
#include "compiler/report/part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int tests, failures;

static void result(bool ok, const char *what)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s\n", ok ? "" : "not ", tests, what);
}

/* A format that writes the path of a file, `A' so often that it is a long one, and fails of `!'. */
static void write_file(struct report *report, const struct report_file *file)
{
	if (*file->path == '!')
		report->error = ENOMEM;
	for (size_t i = *file->path == 'A' ? 3000000 : 0; i > 0; i--)
		fputc('A', report->out);
	fputs(file->path, report->out);
}

/* Writes PATHS into *BYTES, aside or not.  Returns what report_end() does. */
static int write_all(const char *const *paths, bool is_aside, char **bytes, size_t *size)
{
	const struct report_writer writer = {.file = write_file};
	const struct report_settings settings = {.writer = &writer};
	FILE *out = open_memstream(bytes, size);
	struct report report;
	struct part part = {.out = {.stream = NULL}};
	int error;

	report_begin(&report, &settings, out);
	for (; *paths; paths++) {
		const struct report_file file = {.path = *paths};

		if (is_aside) {
			part_write(&part, &settings, &file);
			part_join(&part, &report);
		} else {
			report_file(&report, &file);
		}
	}
	error = report_end(&report);
	part_free(&part);
	fclose(out);
	return error;
}

static bool is_same(const char *const *paths)
{
	char *aside = NULL, *at_once = NULL;
	size_t aside_size, size;
	bool same = write_all(paths, true, &aside, &aside_size) == 0 &&
		    write_all(paths, false, &at_once, &size) == 0 && size == aside_size &&
		    memcmp(aside, at_once, size) == 0;

	free(aside);
	free(at_once);
	return same;
}

int main(void)
{
	static const char *const shorter[] = {"a-long-one", "short", "", "x", NULL};
	static const char *const large[] = {"x", "A", "y", "A", "", NULL};
	static const char *const wrong[] = {"x", "!", "y", NULL};
	char *bytes;
	size_t size;

	result(is_same(shorter), "nothing is left of a longer one before");
	result(is_same(large), "small ones and large ones");
	result(write_all(wrong, true, &bytes, &size) == ENOMEM, "one that fails, fails the report");
	result(size == 1 && *bytes == 'x', "nothing is written behind it");
	free(bytes);
	printf("1..%d\n", tests);
	return failures > 0;
}

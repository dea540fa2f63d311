/* SPDX-License-Identifier: ISC */
#include "tests/goldens/case.h"

#include "compiler/base/files.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 2048

#define ACCEPT "testdata/accept"
#define REJECT "testdata/reject"
#define SHOW "testdata/show"

static bool is_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 && path[length] == '/';
}

static int case_compare(const void *a, const void *b)
{
	const struct golden_case *left = a, *right = b;

	if (left->is_accept != right->is_accept)
		return left->is_accept ? -1 : 1;
	return strcmp(left->base, right->base);
}

/* ---- finding ---- */

/* PATH without its ending, in the arena. */
static const char *stem_new(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');

	return arena_copy(arena, path, dot ? (size_t)(dot - path) : strlen(path));
}

static const char *last_part(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

/* Rows that are outgrown stay in the arena: they are few. */
static bool cases_grow(struct golden_cases *cases)
{
	size_t room = cases->room ? 2 * cases->room : ROOM_FIRST;
	struct golden_case *rows = arena_alloc(cases->arena, room * sizeof(*rows));

	if (!rows)
		return false;
	if (cases->count)
		memcpy(rows, cases->rows, cases->count * sizeof(*rows));
	cases->rows = rows;
	cases->room = room;
	return true;
}

static void case_add(void *context, const char *path, bool found, int error)
{
	struct golden_cases *cases = context;
	struct golden_case *row;

	if (error || !found || (cases->count == cases->room && !cases_grow(cases))) {
		fprintf(stderr, "golden: %s: %s\n", path, error ? strerror(error) : "not read");
		cases->failed = true;
		return;
	}
	row = &cases->rows[cases->count++];
	row->is_accept = is_below(path, ACCEPT);
	row->path = arena_copy(cases->arena, path, strlen(path));
	row->file = last_part(row->path);
	row->folder = arena_copy(cases->arena, path, (size_t)(last_part(path) - path));
	row->stem = stem_new(cases->arena, path);
	row->base = last_part(row->stem);
	row->name =
	    arena_printf(cases->arena, "%s/%s", row->is_accept ? ACCEPT : REJECT, last_part(path));
}

void golden_cases_find(struct golden_cases *cases)
{
	const struct files_walk walk = {.visit = case_add, .context = cases};

	files_walk(ACCEPT, &walk);
	files_walk(REJECT, &walk);
	if (arena_failed(cases->arena))
		cases->failed = true;
	else if (cases->count)
		qsort(cases->rows, cases->count, sizeof(*cases->rows), case_compare);
}

/* ---- judging ---- */

static bool are_unique(const struct golden_cases *cases, FILE *report)
{
	bool good = true;

	for (size_t i = 1; i < cases->count; i++) {
		const struct golden_case *row = &cases->rows[i];

		if (case_compare(row - 1, row) != 0)
			continue;
		fprintf(report, "%s and %s: one name\n", row[-1].path, row->path);
		good = false;
	}
	return good;
}

/* True if the file PATH of testdata is an input, or belongs to one. */
static bool has_case(const struct golden_cases *cases, struct arena *arena, const char *path)
{
	struct golden_case key = {.stem = stem_new(arena, path),
				  .is_accept = !is_below(path, REJECT)};
	const struct golden_case *row;

	key.base = last_part(key.stem);
	if (!key.base)
		return false;
	row = bsearch(&key, cases->rows, cases->count, sizeof(key), case_compare);
	return row && (is_below(path, SHOW) || strcmp(row->stem, key.stem) == 0);
}

static bool have_cases(const struct golden_cases *cases, struct arena *arena, FILE *report)
{
	char folders[][sizeof(ACCEPT)] = {ACCEPT, REJECT, SHOW};
	char *const roots[] = {folders[0], folders[1], folders[2], NULL};
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	bool good = walk != NULL;

	for (FTSENT *at = walk ? fts_read(walk) : NULL; at; at = fts_read(walk)) {
		if (at->fts_info == FTS_D || at->fts_info == FTS_DP ||
		    (at->fts_info == FTS_F && has_case(cases, arena, at->fts_path)))
			continue;
		fprintf(report, "%s: belongs to no input\n", at->fts_path);
		good = false;
	}
	if (walk)
		fts_close(walk);
	return good;
}

bool golden_cases_judge(const struct golden_cases *cases, FILE *report)
{
	struct arena *arena = arena_new();
	bool unique = are_unique(cases, report);
	bool good = arena && have_cases(cases, arena, report) && unique;

	arena_free(arena);
	return good;
}

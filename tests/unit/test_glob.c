/* SPDX-License-Identifier: ISC */
/* Patterns as .gitignore has them, each as git 2.39 judges it (git check-ignore). */
#include "compiler/base/glob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tests, failures;

static void result(bool ok, const char *what, const char *path)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s %s\n", ok ? "" : "not ", tests, what, path);
}

static struct slice slice_of(const char *string)
{
	return (struct slice){string, strlen(string)};
}

/* A path that ends in `/' is a folder. */
static const struct {
	const char *pattern, *path;
	bool covers;
} rows[] = {
    {"a.cfg", "a.cfg", true},
    {"a.cfg", "x/y/a.cfg", true},
    {"a.cfg", "a.cfg/b", true},
    {"a.cfg", "a.cfgs", false},
    {"*.cfg", "x/a.cfg", true},
    {"*", "x/a", true},
    {"/a.cfg", "a.cfg", true},
    {"/a.cfg", "x/a.cfg", false},
    {"x/a", "x/a", true},
    {"x/a", "y/x/a", false},
    {"x/a", "x/a/b", true},
    {"x/*", "x/a/b", true},
    {"x/*.cfg", "x/y/a.cfg", false},
    {"x/", "x", false},
    {"x/", "x/", true},
    {"x/", "x/a", true},
    {"x/", "y/x/a", true},
    {"/x/", "y/x/a", false},
    {"x/y/", "x/y/a", true},
    {"**/a", "a", true},
    {"**/a", "x/y/a", true},
    {"**/x/a", "y/x/a", true},
    {"x/**", "x", false},
    {"x/**", "x/a/b", true},
    {"x/**", "y/x/a", false},
    {"x/**/a", "x/a", true},
    {"x/**/a", "x/y/z/a", true},
    {"x/**/a", "x/y/b", false},
    {"x/**/y/**/a", "x/y/q/y/a", true},
    {"**/", "a", false},
    {"**/", "a/b", true},
    {"x/**/", "x/a", false},
    {"x/**/", "x/a/b", true},
    {"x/**/y/*.cfg", "x/y/y/q.cfg", true},
    {"**", "x/a", true},
    {"x**a", "xyza", true},
    {"x**a", "x/a", false},
    {"?.cfg", "a.cfg", true},
    {"?.cfg", "aa.cfg", false},
    {"a?b", "a/b", false},
    {"[a-c].cfg", "b.cfg", true},
    {"[a-c].cfg", "d.cfg", false},
    {"[!a-c].cfg", "d.cfg", true},
    {"[^a-c].cfg", "a.cfg", false},
    {"[]a]", "]", true},
    {"[!]a]", "]", false},
    {"[a-]", "-", true},
    {"[[:digit:]x]1", "71", true},
    {"[[:digit:]x]1", "x1", true},
    {"[[:digit:]x]1", "y1", false},
    {"[\\]]", "]", true},
    {"\\*", "*", true},
    {"\\*", "a", false},
    {"\\!a", "!a", true},
    {"a\\ b", "a b", true},
    {"*a*b*c", "xxaxxbxxc", true},
    {"*a*b*c", "xxaxxbxxcx", false},
    {"A.cfg", "a.cfg", false},
    {"\xc3\xa5*", "\xc3\xa5 1", true},
};

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct slice path = slice_of(rows[i].path);
		bool is_folder = path.at[path.length - 1] == '/';

		path.length -= is_folder;
		result(!glob_flaw(slice_of(rows[i].pattern)) &&
			   glob_covers(slice_of(rows[i].pattern), path, is_folder) ==
			       rows[i].covers,
		       rows[i].pattern, rows[i].path);
	}
}

static void test_flaws(void)
{
	static const char *const flawed[] = {"!a", "[a", "x/[a/b]", "a\\", "a/\\/b", "[!", "[]"};
	char *longer = calloc(1, GLOB_MAX + 2);

	for (size_t i = 0; i < sizeof(flawed) / sizeof(*flawed); i++)
		result(glob_flaw(slice_of(flawed[i])) != NULL, "a flaw:", flawed[i]);
	memset(longer, 'a', GLOB_MAX + 1);
	result(glob_flaw(slice_of(longer)) != NULL, "a flaw:", "too long");
	result(!glob_flaw((struct slice){longer, GLOB_MAX}), "no flaw:", "just short enough");
	free(longer);
}

/* SIZE bytes of PART, again and again. */
static void fill(char *to, size_t size, const char *part)
{
	size_t length = strlen(part);

	for (size_t i = 0; i < size; i++)
		to[i] = part[i % length];
}

/* Would take for ever if stars were tried in all combinations. */
static void test_stars(void)
{
	char pattern[GLOB_MAX], path[4096];

	fill(pattern, sizeof(pattern), "*a");
	pattern[sizeof(pattern) - 1] = 'b';
	memset(path, 'a', sizeof(path));
	result(!glob_covers((struct slice){pattern, sizeof(pattern)},
			    (struct slice){path, sizeof(path)}, false),
	       "many stars", "in a name");
	fill(pattern, sizeof(pattern), "**/a/");
	fill(path, sizeof(path), "a/");
	pattern[998] = 'b';
	result(!glob_covers((struct slice){pattern, 999}, (struct slice){path, 4095}, false),
	       "many stars", "in a path");
}

int main(void)
{
	test_rows();
	test_flaws();
	test_stars();
	printf("1..%d\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

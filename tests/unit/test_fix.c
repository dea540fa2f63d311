/* SPDX-License-Identifier: ISC */
/* fix_save(): a file that is not what was read is left alone.  Prints TAP. */
#include "compiler/rewrite/fix.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d %s\n", holds ? "" : "not ", ++count, what);
}

static void put(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(content, file) < 0 || fclose(file) != 0)
		exit(2);
}

static bool holds(const char *path, const char *content)
{
	char found[64] = "";
	FILE *file = fopen(path, "r");

	if (!file)
		return false;
	found[fread(found, 1, sizeof(found) - 1, file)] = '\0';
	fclose(file);
	return strcmp(found, content) == 0;
}

/* Saves NEW over a file that holds CONTENT and was read as OLD. */
static const char *save(const char *path, const char *content, const char *old, const char *new)
{
	struct text *before = text_new(path, old, strlen(old));
	struct text *after = text_new(path, new, strlen(new));
	const char *why = "no memory";

	put(path, content);
	if (before && after)
		why = fix_save(path, before, after);
	text_free(before);
	text_free(after);
	return why;
}

int main(void)
{
	char folder[] = "/tmp/weipsec-fix-XXXXXX";
	const char *why;

	if (!mkdtemp(folder) || chdir(folder) != 0)
		return 2;
	printf("1..6\n");
	ok(!save("a", "old", "old", "new") && holds("a", "new"), "what was read is replaced");
	why = save("a", "other", "old", "new");
	ok(why && strstr(why, "changed"), "what was changed meanwhile is refused");
	ok(holds("a", "other"), "and left as it is");
	why = save("a", "older", "old", "new");
	ok(why && holds("a", "older"), "also where it only grew");
	why = save("a", "", "old", "new");
	ok(why && holds("a", ""), "or was emptied");
	ok(unlink("a") == 0 && chdir("/") == 0 && rmdir(folder) == 0, "nothing is left beside it");
	return failures != 0;
}

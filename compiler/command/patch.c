/* SPDX-License-Identifier: ISC */
#include "compiler/command/patch.h"

#include "compiler/base/diff.h"
#include "compiler/report/report.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* Standard input that is called NAME, by its words alone; NULL: it is not below the current folder.
 */
static char *standard_name(const char *name)
{
	char *here = realpath(".", NULL);
	size_t length = here ? strlen(here) : 0;

	name = report_path(name);
	if (*name == '/' && here && strncmp(name, here, length) == 0 && name[length] == '/')
		name += length + 1;
	free(here);
	for (const char *at = name; at; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL) {
		if (*at == '/' || !*at || strncmp(at, "../", 3) == 0 || strcmp(at, "..") == 0)
			return NULL;
	}
	return strdup(name);
}

/* The same of the file PATH, from malloc(). */
static char *file_name(const char *path)
{
	char *real = strcmp(path, "-") == 0 ? strdup("-") : realpath(path, NULL);
	char *here = realpath(".", NULL);
	size_t length = here ? strlen(here) : 0;
	char *name = NULL;

	if (real && *real != '/')
		name = strdup(real);
	else if (real && length == 1) /* the root */
		name = strdup(real + 1);
	else if (real && here && strncmp(real, here, length) == 0 && real[length] == '/')
		name = strdup(real + length + 1);
	free(real);
	free(here);
	return name;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

const char *patch_write(struct patch *patch, FILE *to, const char *path, bool is_standard,
			struct text *before, struct text *after)
{
	char *const *found;
	char *name;

	errno = 0;
	name = is_standard ? standard_name(path) : file_name(path);
	if (!name)
		return errno == ENOMEM ? strerror(ENOMEM)
				       : "a patch names files below the current folder";
	found = tsearch(name, &patch->names, compare_names);
	if (!found || *found != name) {
		free(name);
		return found ? NULL : strerror(ENOMEM);
	}
	return diff_write(to, name, before, after) != 0 ? strerror(ENOMEM) : NULL;
}

void patch_free(struct patch *patch)
{
	tdestroy(patch->names, free);
	patch->names = NULL;
}

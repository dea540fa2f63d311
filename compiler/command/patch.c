/* SPDX-License-Identifier: ISC */
#include "compiler/command/patch.h"

#include "compiler/report/report.h"

#include <stdlib.h>
#include <string.h>

char *patch_standard_name(const char *name)
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

char *patch_name(const char *path)
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

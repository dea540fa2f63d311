/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/uri.h"

#include "compiler/base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char scheme[] = "file://";

char *uri_new(const char *path)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	char *uri = malloc(sizeof(scheme) + 3 * strlen(path)), *to = uri;

	if (!uri)
		return NULL;
	to = stpcpy(to, scheme);
	for (; *path; path++)
		to += sprintf(to, strchr(plain, *path) ? "%c" : "%%%02X", (unsigned char)*path);
	return uri;
}

/* Undoes the %XX of PATH where it stands.  False of one that is none, and of a NUL. */
static bool decode(char *path)
{
	char *to = path;

	for (; *path; path++) {
		int high, low;

		if (*path != '%') {
			*to++ = *path;
			continue;
		}
		high = hex_digit(path[1]);
		low = high < 0 ? -1 : hex_digit(path[2]);
		if (low < 0 || !(high || low))
			return false;
		*to++ = (char)(high << 4 | low);
		path += 2;
	}
	*to = '\0';
	return true;
}

char *uri_path(const char *uri)
{
	static const char local[] = "localhost";
	const char *at = uri + sizeof(scheme) - 1;
	char *path;

	if (strncasecmp(uri, scheme, sizeof(scheme) - 1) != 0)
		return NULL;
	if (strncasecmp(at, local, sizeof(local) - 1) == 0)
		at += sizeof(local) - 1;
	path = *at == '/' ? strndup(at, strcspn(at, "?#")) : NULL;
	if (path && decode(path))
		return path;
	free(path);
	return NULL;
}

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_BELOW_H
#define WEIPSEC_BELOW_H

#include "compiler/base/text.h"

/*
 * Files that others name, which may lie in one folder only.  ROOT is a folder without symbolic
 * links (realpath(3)), PATH absolute or relative to the current folder.
 */

/* PATH behind its links, from malloc(), if that is ROOT or below it; else NULL with errno: EXDEV.
 */
char *below_resolve(const char *root, const char *path);
/*
 * Opens PATH for reading, what it is behind its links; nothing waits, be it a pipe.  The descriptor
 * of a regular file; or -1 with errno: EXDEV if it is not below ROOT, EINVAL if it is something
 * else.
 */
int below_open(const char *root, const char *path);
/* Opens PATH in FOLDER, a file or a folder, as FLAGS of open(2) say; -1 with errno, EXDEV too. */
int below_open_in(const char *root, const char *folder, const char *path, int flags);
/*
 * What below_open() opens, read as a text called PATH, which must outlive it: up to MOST bytes, and
 * one more of a file that has more.  NULL with errno.
 */
struct text *below_read(const char *root, const char *path, size_t most);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_HOME_H
#define WEIPSEC_HOME_H

#include <stdbool.h>

/* Whether a folder that was named is one that may be kept, closed to others and cleared up. */

/*
 * Opens the folder PATH, to be closed; its last component is no link but one of ours, or of root's.
 * -1 with errno, or with errno 0 for a link of somebody else's.
 */
int home_open(const char *path);
/*
 * True if there is nothing in the folder FD, or what weipsec-apply leaves there; else errno is 0,
 * or why that cannot be known.
 */
bool home_is_ours(int fd);

#endif

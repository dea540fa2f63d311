/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PATCH_H
#define WEIPSEC_PATCH_H

/*
 * PATH as a patch names it: relative to the current folder, behind symbolic links, from malloc().
 * NULL if it is not below that.
 */
char *patch_name(const char *path);

#endif

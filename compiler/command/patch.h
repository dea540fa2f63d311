/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PATCH_H
#define WEIPSEC_PATCH_H

/*
 * PATH as a patch names it: relative to the current folder, behind symbolic links, from malloc().
 * NULL if it is not below that.
 */
char *patch_name(const char *path);

/*
 * The same for standard input that is called NAME, which need not be there: by its words alone.
 */
char *patch_standard_name(const char *name);

#endif

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_URI_H
#define WEIPSEC_URI_H

/* Files as URIs, by which editors call them. */

/* PATH, absolute, as a URI, from malloc(); NULL without memory. */
char *uri_new(const char *path);
/* The path of URI, from malloc(); NULL if it is of no file of this machine, or without memory. */
char *uri_path(const char *uri);

#endif

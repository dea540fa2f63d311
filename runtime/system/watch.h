/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WATCH_H
#define WEIPSEC_WATCH_H

#include <uev/uev.h>

/*
 * Tells when a file has become another: written, replaced, gone, back, or reached through another
 * link.  It asks the file system twice a second, since only that sees all of these, and tells when
 * the file has then been the same for one more look, and nobody has it open for writing, which
 * can be told of a file of one's own.  SIGIO must be ignored: who opens it for writing meanwhile
 * raises that.
 */
struct watch;

/* PATH need not exist.  NULL with errno. */
struct watch *watch_new(uev_ctx_t *loop, const char *path, void (*changed)(void *context),
			void *context);
void watch_free(struct watch *watch);
/* Watches PATH instead, which must outlive that, as it is now. */
void watch_file(struct watch *watch, const char *path);

#endif

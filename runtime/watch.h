/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WATCH_H
#define WEIPSEC_WATCH_H

#include <uev/uev.h>

/* Tells when a file was written or replaced, after it has been quiet for a moment. */
struct watch;

/* PATH need not exist, its folder must.  NULL with errno. */
struct watch *watch_new(uev_ctx_t *loop, const char *path, void (*changed)(void *context),
			void *context);
void watch_free(struct watch *watch);

#endif

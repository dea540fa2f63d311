/* SPDX-License-Identifier: ISC */
#include "runtime/watch.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define QUIET 200 /* milliseconds: editors write in several steps */

struct watch {
	int fd;
	char *name; /* of the file in its folder */
	uev_t io;
	uev_t quiet;
	void (*changed)(void *context);
	void *context;
};

static void on_quiet(uev_t *watcher, void *context, int events)
{
	struct watch *watch = context;

	(void)watcher;
	(void)events;
	watch->changed(watch->context);
}

/* The folder is watched: a file that is replaced is another one under the same name. */
static void on_event(uev_t *watcher, void *context, int events)
{
	_Alignas(
	    struct inotify_event) char buffer[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
	struct watch *watch = context;
	ssize_t size = read(watch->fd, buffer, sizeof(buffer));

	(void)watcher;
	(void)events;
	for (const char *at = buffer; size > 0 && at < buffer + size;) {
		const struct inotify_event *event = (const void *)at;

		if ((event->mask & IN_Q_OVERFLOW) ||
		    (event->len && strcmp(event->name, watch->name) == 0))
			uev_timer_set(&watch->quiet, QUIET, 0);
		at += sizeof(*event) + event->len;
	}
}

static int watch_folder(int fd, const char *path, const char *slash)
{
	size_t length = slash ? (size_t)(slash - path) + 1 : 0;
	char *folder = slash ? strndup(path, length) : strdup(".");
	int watched =
	    folder ? inotify_add_watch(fd, folder, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) : -1;

	free(folder);
	return watched;
}

struct watch *watch_new(uev_ctx_t *loop, const char *path, void (*changed)(void *context),
			void *context)
{
	const char *slash = strrchr(path, '/');
	struct watch *watch = calloc(1, sizeof(*watch));
	int error;

	if (!watch)
		return NULL;
	watch->changed = changed;
	watch->context = context;
	watch->name = strdup(slash ? slash + 1 : path);
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watch->name && watch->fd >= 0 && watch_folder(watch->fd, path, slash) >= 0 &&
	    uev_timer_init(loop, &watch->quiet, on_quiet, watch, 0, 0) == 0 &&
	    uev_io_init(loop, &watch->io, on_event, watch, watch->fd, UEV_READ) == 0)
		return watch;
	error = errno;
	if (watch->fd >= 0)
		close(watch->fd);
	free(watch->name);
	free(watch);
	errno = error;
	return NULL;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	uev_io_stop(&watch->io);
	uev_timer_stop(&watch->quiet);
	close(watch->fd);
	free(watch->name);
	free(watch);
}

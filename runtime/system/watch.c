/* SPDX-License-Identifier: ISC */
#include "runtime/system/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVERY 500 /* milliseconds */

/* All zero while there is no file. */
struct sight {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

struct watch {
	const char *path;
	uev_t timer;
	struct sight told; /* of the last change */
	struct sight seen;
	void (*changed)(void *context);
	void *context;
};

static struct sight look_at_file(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return (struct sight){0};
	return (struct sight){status.st_dev, status.st_ino, status.st_size, status.st_ctim};
}

static bool is_same(const struct sight *a, const struct sight *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

/*
 * True while somebody has it open for writing: over a slow line half of it rests for long.  The
 * kernel leases no file that is being written; a lease that it gives is given back at once.
 */
static bool is_being_written(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool leased = fd >= 0 && fcntl(fd, F_SETLEASE, F_RDLCK) == 0;
	bool written = fd >= 0 && !leased && errno == EAGAIN;

	if (leased)
		fcntl(fd, F_SETLEASE, F_UNLCK);
	if (fd >= 0)
		close(fd);
	return written;
}

static void on_timer(uev_t *watcher, void *context, int events)
{
	struct watch *watch = context;
	struct sight sight = look_at_file(watch->path);
	bool rests = is_same(&sight, &watch->seen);

	if (events & (int)UEV_ERROR) /* libuEv has closed the timer */
		uev_timer_set(watcher, EVERY, EVERY);
	watch->seen = sight;
	if (!rests || is_same(&sight, &watch->told) || is_being_written(watch->path))
		return;
	watch->told = sight;
	watch->changed(watch->context);
}

void watch_file(struct watch *watch, const char *path)
{
	watch->path = path;
	watch->told = watch->seen = look_at_file(path);
}

struct watch *watch_new(uev_ctx_t *loop, const char *path, void (*changed)(void *context),
			void *context)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->changed = changed;
	watch->context = context;
	watch_file(watch, path);
	if (uev_timer_init(loop, &watch->timer, on_timer, watch, EVERY, EVERY) == 0)
		return watch;
	free(watch);
	return NULL;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	uev_timer_stop(&watch->timer);
	free(watch);
}

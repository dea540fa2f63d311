/* SPDX-License-Identifier: ISC */
#include "runtime/keep/home.h"

#include "runtime/keep/generation.h"
#include "runtime/system/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- opening ---- */

#define LINKS_MAX 8

static int open_below(int base, const char *path, int links);

/* Where a link in the folder PARENT leads that is held as LINK; whoever owns it decides that. */
static int follow(int parent, int link, int links)
{
	char target[PATH_MAX];
	struct stat status;
	ssize_t length;

	if (fstat(link, &status) != 0)
		return -1;
	errno = ENOTDIR;
	if (!S_ISLNK(status.st_mode))
		return -1;
	errno = 0;
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return -1;
	length = readlinkat(link, "", target, sizeof(target) - 1);
	if (length < 0)
		return -1;
	target[length] = '\0';
	return open_below(parent, target, links + 1);
}

/* What is looked at is held, so that nobody can put another one in its place meanwhile. */
static int open_name(int parent, const char *name, int links)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int link, error;

	if (fd >= 0 || (errno != ELOOP && errno != ENOTDIR))
		return fd;
	link = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (link < 0)
		return -1;
	fd = follow(parent, link, links);
	error = errno;
	close(link);
	errno = error;
	return fd;
}

/* `DIR/' and `DIR/.' are DIR, whose last component counts. */
static void strip_end(char *path)
{
	size_t length = strlen(path);

	while (length > 1 &&
	       (path[length - 1] == '/' || (path[length - 1] == '.' && path[length - 2] == '/')))
		path[--length] = '\0';
}

static int open_parts(int base, char *path, int links)
{
	const char *folder = ".", *name = path;
	int parent, fd, error;
	char *slash;

	strip_end(path);
	slash = strrchr(path, '/');
	if (slash && slash[1]) {
		folder = slash == path ? "/" : path;
		name = slash + 1;
		*slash = '\0';
	}
	parent = openat(base, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (parent < 0)
		return -1;
	fd = open_name(parent, name, links);
	error = errno;
	close(parent);
	errno = error;
	return fd;
}

static int open_below(int base, const char *path, int links)
{
	char *copy = links > LINKS_MAX ? NULL : strdup(path);
	int fd, error;

	if (!copy) {
		errno = links > LINKS_MAX ? ELOOP : ENOMEM;
		return -1;
	}
	fd = open_parts(base, copy, links);
	error = errno;
	free(copy);
	errno = error;
	return fd;
}

int home_open(const char *path)
{
	return open_below(AT_FDCWD, path, 0);
}

/* ---- whose it is ---- */

static bool has_folder(int fd, const char *name)
{
	struct stat status;

	return fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode) &&
	       status.st_uid == geteuid();
}

static bool has_lock(int fd)
{
	struct stat status;

	return fstatat(fd, "lock", &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
	       status.st_size == 0 && status.st_uid == geteuid();
}

static bool has_current(int fd)
{
	char target[GENERATION_PATH];
	ssize_t length = readlinkat(fd, "current", target, sizeof(target) - 1);

	target[length < 0 ? 0 : length] = '\0';
	return generation_of(target) != 0;
}

/* Is it a name of ours?  `control' is also one for others' files, and is removed. */
static bool is_ours(int fd, const char *name)
{
	static const char *const names[] = {"lock",	   "current",	  "current.new",
					    "journal",	   "journal.new", "journal.next",
					    "deadline",	   "deadline.new", "journal.next.new",
					    "gen"};
	struct stat status;
	size_t i = 0;

	if (strcmp(name, "control") == 0)
		return fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0
			   ? errno == ENOENT
			   : S_ISSOCK(status.st_mode);
	while (i < sizeof(names) / sizeof(names[0]) && strcmp(name, names[i]) != 0)
		i++;
	return i < sizeof(names) / sizeof(names[0]);
}

static bool is_gen(int fd, const char *name)
{
	(void)fd;
	return strcmp(name, "gen") == 0;
}

static bool is_none(int fd, const char *name)
{
	(void)fd, (void)name;
	return false;
}

/* `gen' alone is of one who was killed before the lock was there.  False with the first errno. */
static bool has_ours(int fd)
{
	int error;

	if (!has_folder(fd, "gen"))
		return false;
	if (folder_all(fd, is_gen) || has_lock(fd))
		return true;
	error = errno;
	if (has_current(fd))
		return true;
	errno = error ? error : errno;
	return false;
}

/* What is there is of another kind. */
static bool is_others(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EINVAL;
}

bool home_is_ours(int fd)
{
	bool is_empty = folder_all(fd, is_none);

	if (is_empty || errno)
		return is_empty;
	if (generation_all_ours(fd) && folder_all(fd, is_ours) && has_ours(fd))
		return true;
	if (is_others(errno))
		errno = 0;
	return false;
}

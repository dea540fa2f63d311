/* SPDX-License-Identifier: ISC */
#include "runtime/system/folder.h"

#include "compiler/base/bytes.h"
#include "compiler/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_ROOM 64

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? errno : EIO;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

int folder_sync(int fd)
{
	return fsync(fd) != 0 && errno != EINVAL ? errno : 0;
}

/* FLAGS say how NAME is made. */
static int write_file(int fd, const char *name, int flags, struct slice bytes, bool sync)
{
	int file = openat(fd, name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	int error;

	if (file < 0)
		return errno;
	error = write_all(file, bytes.at, bytes.length);
	if (!error && sync && fsync(file) != 0)
		error = errno;
	if (close(file) != 0 && !error)
		error = errno;
	return error;
}

static int replace_file(int fd, const char *name, struct slice bytes, bool sync)
{
	char aside[NAME_ROOM];
	int error;

	snprintf(aside, sizeof(aside), "%s.new", name);
	error = write_file(fd, aside, O_TRUNC, bytes, sync);
	if (!error && renameat(fd, aside, fd, name) == 0)
		return sync ? folder_sync(fd) : 0;
	error = error ? error : errno;
	unlinkat(fd, aside, 0);
	return error;
}

int folder_put(int fd, const char *name, const char *bytes, size_t size)
{
	return replace_file(fd, name, (struct slice){bytes, size}, true);
}

static int note_file(int fd, const char *name, const char *bytes, size_t size)
{
	return replace_file(fd, name, (struct slice){bytes, size}, false);
}

int folder_put_new(int fd, const char *name, const char *bytes, size_t size)
{
	return write_file(fd, name, O_EXCL, (struct slice){bytes, size}, true);
}

/* ---- JSON ---- */

static int with_json(int (*put)(int fd, const char *name, const char *bytes, size_t size), int fd,
		     const char *name, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
	int error = text ? put(fd, name, text, strlen(text)) : ENOMEM;

	free(text);
	json_decref(json);
	return error;
}

int folder_put_json(int fd, const char *name, json_t *json)
{
	return with_json(folder_put, fd, name, json);
}

int folder_note_json(int fd, const char *name, json_t *json)
{
	return with_json(note_file, fd, name, json);
}

int folder_put_new_json(int fd, const char *name, json_t *json)
{
	return with_json(folder_put_new, fd, name, json);
}

/* ---- reading ---- */

/* All of FILE, a regular one, and a NUL behind it, or NULL with errno. */
static char *get_whole(int file, size_t *size)
{
	struct stat status;
	char *bytes;
	ssize_t got;

	if (fstat(file, &status) != 0)
		return NULL;
	errno = EINVAL;
	if (!S_ISREG(status.st_mode) || status.st_size < 0 || status.st_size > FOLDER_FILE_MAX)
		return NULL;
	bytes = malloc((size_t)status.st_size + 1);
	got = bytes ? bytes_read(file, bytes, (size_t)status.st_size) : -1;
	if (got < 0) {
		free(bytes);
		return NULL;
	}
	bytes[got] = '\0';
	*size = (size_t)got;
	return bytes;
}

char *folder_get(int fd, const char *name, size_t *size)
{
	int file = openat(fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *bytes;
	int error;

	if (file < 0)
		return NULL;
	bytes = get_whole(file, size);
	error = errno;
	close(file);
	errno = error;
	return bytes;
}

json_t *folder_get_json(int fd, const char *name)
{
	size_t size = 0;
	char *bytes = folder_get(fd, name, &size);
	json_t *json = bytes ? json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL) : NULL;

	free(bytes);
	if (bytes && !json)
		errno = EINVAL;
	return json;
}

static bool is_itself(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool folder_all(int fd, bool (*is_right)(int fd, const char *name))
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;
	bool all = entries != NULL;
	int error = errno;

	while (all && (errno = 0, entry = readdir(entries)))
		all = is_itself(entry->d_name) || is_right(fd, entry->d_name);
	if (entries)
		error = errno; /* of readdir(), or IS_RIGHT's */
	if (entries)
		closedir(entries);
	else if (again >= 0)
		close(again);
	errno = error;
	return all && !error;
}

#define DEPTH_MAX 3

static void remove_at(int fd, const char *name, int depth)
{
	int folder = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *entries = folder < 0 ? NULL : fdopendir(folder);
	struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		if (is_itself(entry->d_name))
			continue;
		if (unlinkat(folder, entry->d_name, 0) != 0 && depth < DEPTH_MAX)
			remove_at(folder, entry->d_name, depth + 1);
	}
	if (entries)
		closedir(entries);
	else if (folder >= 0)
		close(folder);
	unlinkat(fd, name, AT_REMOVEDIR);
}

void folder_remove(int fd, const char *name)
{
	remove_at(fd, name, 0);
}

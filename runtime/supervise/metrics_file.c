/* SPDX-License-Identifier: ISC */
#include "runtime/supervise/metrics_file.h"

#include "runtime/status/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITE_EVERY 15000 /* milliseconds */

bool metrics_file_open(struct metrics_file *file, const char *path, voice_line *voice)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	int folder = slash ? (int)(slash - path) + 1 : 0;

	*file = (struct metrics_file){.voice = voice};
	if (!path)
		return true;
	if (asprintf(&file->aside, "%.*s.%s.tmp", folder, path, path + folder) < 0) {
		file->aside = NULL;
		return false;
	}
	file->path = path;
	return true;
}

void metrics_file_close(struct metrics_file *file)
{
	free(file->aside);
	*file = (struct metrics_file){.path = NULL};
}

/* FNV-1a: it tells what is other from what was. */
void metrics_file_mix(uint64_t *mark, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < size; i++)
		*mark = (*mark ^ at[i]) * UINT64_C(0x100000001b3);
}

bool metrics_file_is_due(struct metrics_file *file, uint64_t mark, long long now)
{
	if (mark == file->mark && file->written && now - file->written < WRITE_EVERY)
		return false;
	file->mark = mark;
	file->written = now;
	return true;
}

/* A device, or a link, would be replaced by it. */
static int check_path(const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0)
		return errno == ENOENT ? 0 : errno;
	return S_ISREG(status.st_mode) ? 0 : EEXIST;
}

/* Nobody but this one makes it: a link that lies there leads nowhere. */
static FILE *open_aside(const char *path)
{
	FILE *stream;
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return NULL;
	stream = fchmod(fd, 0644) == 0 ? fdopen(fd, "w") : NULL;
	if (!stream)
		close(fd);
	return stream;
}

/* 0 or errno. */
static int write_aside(const char *path, const json_t *document)
{
	FILE *stream = open_aside(path);
	int error = 0;

	if (!stream)
		return errno;
	metrics_print(stream, document);
	if (fflush(stream) != 0 || ferror(stream))
		error = errno ? errno : EIO;
	if (fclose(stream) != 0 && !error)
		error = errno;
	return error;
}

static int replace(const struct metrics_file *file, const json_t *document)
{
	int error = document ? check_path(file->path) : ENOMEM;

	if (error)
		return error;
	error = write_aside(file->aside, document);
	if (!error && rename(file->aside, file->path) != 0)
		error = errno;
	if (error)
		unlink(file->aside);
	return error;
}

void metrics_file_write(struct metrics_file *file, json_t *document)
{
	int error = replace(file, document);

	if (error && error != file->error)
		voice_say(file->voice, "%s: %s", file->path,
			  error == EEXIST ? "is no regular file" : strerror(error));
	else if (!error && file->error)
		voice_say(file->voice, "%s: written again", file->path);
	file->error = error;
	json_decref(document);
}

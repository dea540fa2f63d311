/* SPDX-License-Identifier: ISC */
#include "compiler/base/below.h"

#include "compiler/base/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *below_resolve(const char *root, const char *path)
{
	char *real = realpath(path, NULL);
	size_t length = strlen(root);

	if (!real)
		return NULL;
	if (strncmp(real, root, length) == 0 && (real[length] == '/' || !real[length]))
		return real;
	free(real);
	errno = EXDEV;
	return NULL;
}

int below_open_in(const char *root, const char *folder, const char *path, int flags)
{
	char *whole, *real;
	int fd;

	if (asprintf(&whole, "%s/%s", folder, path) < 0) {
		errno = ENOMEM;
		return -1;
	}
	real = below_resolve(root, whole);
	free(whole);
	if (!real)
		return -1;
	fd = open(real, flags | O_NOFOLLOW);
	free(real);
	return fd;
}

int below_open(const char *root, const char *path)
{
	char *real = below_resolve(root, path);
	struct stat status = {.st_mode = 0};
	int fd, error = 0;

	if (!real)
		return -1;
	fd = open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	error = fd < 0 ? errno : fstat(fd, &status) != 0 ? errno : 0;
	free(real);
	if (!error && !S_ISREG(status.st_mode))
		error = EINVAL;
	if (!error)
		return fd;
	if (fd >= 0)
		close(fd);
	errno = error == ENXIO ? EINVAL : error; /* a socket */
	return -1;
}

struct text *below_read(const char *root, const char *path, size_t most)
{
	int fd = below_open(root, path);
	struct text *text = NULL;
	struct stat status;
	ssize_t size = -1;
	char *bytes = NULL;
	int error;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) == 0) {
		most = status.st_size < (off_t)most ? (size_t)status.st_size : most;
		bytes = malloc(most + 1 + 3); /* as text_adopt() wants it */
	}
	if (bytes)
		size = bytes_read(fd, bytes, most + 1);
	error = errno;
	close(fd);
	if (size >= 0)
		text = text_adopt(path, bytes, (size_t)size);
	else
		free(bytes);
	errno = size < 0 ? error : ENOMEM;
	return text;
}

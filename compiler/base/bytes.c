/* SPDX-License-Identifier: ISC */
#include "compiler/base/bytes.h"

#include <errno.h>
#include <unistd.h>

ssize_t bytes_read(int fd, char *bytes, size_t size)
{
	size_t done = 0;
	ssize_t got = 1;

	while (done < size && got != 0) {
		got = read(fd, bytes + done, size - done);
		if (got < 0 && errno != EINTR)
			return -1;
		done += got > 0 ? (size_t)got : 0;
	}
	return (ssize_t)done;
}

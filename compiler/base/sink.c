/* SPDX-License-Identifier: ISC */
#include "compiler/base/sink.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

/* All of it or nothing: what is less than SIZE is a failure to stdio. */
static ssize_t write_all(void *cookie, const char *bytes, size_t size)
{
	struct sink *sink = cookie;
	size_t done = 0;

	while (done < size) {
		ssize_t written = write(sink->fd, bytes + done, size - done);

		if (written >= 0) {
			done += (size_t)written;
		} else if (errno != EINTR) {
			if (!sink->error)
				sink->error = errno;
			return 0;
		}
	}
	return (ssize_t)size;
}

static int close_sink(void *cookie)
{
	const struct sink *sink = cookie;

	return close(sink->fd);
}

FILE *sink_open(struct sink *sink)
{
	const cookie_io_functions_t functions = {.write = write_all, .close = close_sink};

	sink->error = 0;
	return fopencookie(sink, "w", functions);
}

static bool is_without_reader(int fd)
{
	struct pollfd pipe = {.fd = fd};

	return poll(&pipe, 1, 0) == 1 && (pipe.revents & POLLERR);
}

/* What failed once fails again for the same reason; else a torn output has an empty line more. */
static int ask_again(int fd)
{
	return fd >= 0 && write(fd, "\n", 1) < 0 ? errno : EIO;
}

int sink_why(FILE *stream)
{
	int error = errno;

	if (!ferror(stream))
		return 0;
	if (is_without_reader(fileno(stream)))
		return EPIPE;
	return error ? error : ask_again(fileno(stream));
}

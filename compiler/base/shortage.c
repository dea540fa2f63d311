/* SPDX-License-Identifier: ISC */
#include "compiler/base/shortage.h"

#include "compiler/base/cli.h"
#include "compiler/base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Descriptors are the lowest that are free, and a thread has few. */
#define DESCRIPTORS_MAX 4096
#define LINK_ROOM 48

/* The name of descriptor FD, without stdio, which a signal may have interrupted. */
static void write_link(char *link, int fd)
{
	static const char folder[] = "/proc/self/fd/";
	char digits[LINK_ROOM - sizeof(folder)];
	size_t at = sizeof(digits);

	digits[--at] = '\0';
	do {
		digits[--at] = (char)('0' + fd % 10);
		fd /= 10;
	} while (fd);
	memcpy(link, folder, sizeof(folder) - 1);
	memcpy(link + sizeof(folder) - 1, digits + at, sizeof(digits) - at);
}

/* Removes what descriptor FD is open for, if that is a file that has no name of its own yet. */
static void remove_aside(int fd)
{
	char link[LINK_ROOM], path[BUFSIZ];
	const char *name;
	ssize_t length;

	write_link(link, fd);
	length = readlink(link, path, sizeof(path) - 1);
	if (length <= 0)
		return;
	path[length] = '\0';
	name = strrchr(path, '/');
	if (name && strncmp(name + 1, FILES_ASIDE, strlen(FILES_ASIDE)) == 0)
		unlink(path);
}

static void put(const char *string)
{
	(void)!write(STDERR_FILENO, string, strlen(string));
}

static void clear(void)
{
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			remove_aside(fd);
	}
}

static void on_end(int number)
{
	clear();
	signal(number, SIG_DFL);
	raise(number);
}

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
#define ENDS (sizeof(ends) / sizeof(ends[0]))

/* What is ignored, as by nohup, stays so. */
void shortage_watch_ends(void)
{
	struct sigaction before;

	for (size_t i = 0; i < ENDS; i++) {
		if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
			signal(ends[i], on_end);
	}
}

sigset_t shortage_hold_ends(void)
{
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < ENDS; i++)
		sigaddset(&held, ends[i]);
	sigprocmask(SIG_BLOCK, &held, NULL);
	return held;
}

/* One thread does it: whoever comes second waits for the end. */
void shortage_end(void)
{
	flockfile(stderr);
	clear();
	put(program_invocation_short_name);
	put(": out of memory\n");
	_exit(EXIT_FAILED);
}

/* A program's own is in the place of this one. */
__attribute__((weak)) unsigned shortage_count(void)
{
	return 0;
}

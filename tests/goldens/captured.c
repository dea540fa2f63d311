/* SPDX-License-Identifier: ISC */
#include "tests/goldens/captured.h"

#include "compiler/command/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 32

/* ---- reading ---- */

bool stage_read_fd(struct stage *stage, int fd, struct slice *bytes)
{
	struct stat status;
	size_t size = 0;
	ssize_t got = 1;
	char *buffer;

	if (fstat(fd, &status) != 0)
		return false;
	buffer = arena_alloc(stage->arena, (size_t)status.st_size + 1);
	while (buffer && got > 0 && size < (size_t)status.st_size) {
		got = pread(fd, buffer + size, (size_t)status.st_size - size, (off_t)size);
		size += got > 0 ? (size_t)got : 0;
	}
	*bytes = (struct slice){buffer, size};
	return buffer && got >= 0;
}

bool stage_read(struct stage *stage, const char *path, struct slice *bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && stage_read_fd(stage, fd, bytes);
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return good;
}

/* ---- running ---- */

static bool enter(const struct stage *stage)
{
	return chdir(stage->folder) == 0;
}

static bool leave(const struct stage *stage)
{
	return fchdir(stage->home) == 0;
}

/* What is there, and nothing for who comes next. */
static bool take(struct stage *stage, int fd, struct slice *bytes)
{
	return stage_read_fd(stage, fd, bytes) && ftruncate(fd, 0) == 0 &&
	       lseek(fd, 0, SEEK_SET) == 0;
}

static bool take_both(struct stage *stage, struct captured *captured)
{
	return fflush(stdout) == 0 && fflush(stderr) == 0 &&
	       take(stage, STDOUT_FILENO, &captured->out) &&
	       take(stage, STDERR_FILENO, &captured->err);
}

/* Copies WORDS behind the COUNT that are in ARGV: a command permutes its own. */
static bool add_words(char **argv, size_t count, char *const *words)
{
	for (; *words && count + 1 < WORDS_MAX; words++)
		argv[count++] = *words;
	argv[count] = NULL;
	return !*words;
}

bool stage_run(struct stage *stage, char *const *words, struct captured *captured)
{
	const struct cli_program program = {.name = "weipsec", .commands = cli_commands};
	static char name[] = "weipsec";
	char *argv[WORDS_MAX] = {name};
	int argc = 1;

	if (!add_words(argv, 1, words) || !enter(stage))
		return false;
	while (argv[argc])
		argc++;
	program_invocation_short_name = argv[0]; /* messages begin with it */
	captured->status = cli_main(&program, argc, argv);
	return leave(stage) && take_both(stage, captured);
}

static void execute(struct stage *stage, char *const *words)
{
	const char *wrapper = getenv("WEIPSEC_WRAPPER");
	char *argv[WORDS_MAX], *next = NULL;
	char *copy = arena_printf(stage->arena, "%s", wrapper ? wrapper : "");
	size_t count = 0;

	if (!copy)
		return;
	for (char *at = strtok_r(copy, " ", &next); at && count < WORDS_MAX / 2;
	     at = strtok_r(NULL, " ", &next))
		argv[count++] = at;
	argv[count++] = arena_printf(stage->arena, "%s", stage->program);
	alarm(STAGE_DEADLINE);
	if (add_words(argv, count, words) && enter(stage))
		execvp(argv[0], argv);
	perror(argv[0]);
}

bool stage_run_program(struct stage *stage, char *const *words, struct captured *captured)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		execute(stage, words);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return false;
	captured->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return take_both(stage, captured);
}

/* SPDX-License-Identifier: ISC */
/*
 * `each FOLDER' does what a loop of the shell does with `weipsec', at a fifth of the cost: for
 * every line of standard input it calls the command in a process that is forked and not started.  A
 * line has words with a TAB between them, the first of which is the folder to run in.  Line N
 * leaves its standard output and error in FOLDER/N.out and FOLDER/N.err; printed is its exit
 * status, or 128 and the signal, a TAB and the line.
 */
#include "compiler/command/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 32
#define DEADLINE 600 /* seconds until one that hangs is ended */

/* Has descriptor FD be the file PATH; ends the process if that cannot be. */
static void redirect(int fd, const char *path, int flags)
{
	int file = open(path, flags | O_CLOEXEC, 0600);

	if (file >= 0 && dup2(file, fd) == fd)
		return;
	perror(path);
	_exit(127);
}

static void redirect_output(const char *folder, unsigned number)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%u.out", folder, number);
	redirect(STDOUT_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC);
	snprintf(path, sizeof(path), "%s/%u.err", folder, number);
	redirect(STDERR_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC);
	redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
}

/* Divides LINE, which changes, into the folder and, behind the name of the program, the words. */
static int divide(char *line, char **folder, char **argv)
{
	static char name[] = "weipsec";
	char *next = line;
	int argc = 0;

	*folder = strsep(&next, "\t");
	argv[argc++] = name;
	while (next && argc < WORDS_MAX)
		argv[argc++] = strsep(&next, "\t");
	argv[argc] = NULL;
	return argc;
}

static int call(char *line, const char *output, unsigned number)
{
	const struct cli_program program = {.name = "weipsec", .commands = cli_commands};
	char *argv[WORDS_MAX + 1], *folder;
	int argc = divide(line, &folder, argv);

	redirect_output(output, number);
	if (chdir(folder) != 0) {
		perror(folder);
		return 127;
	}
	alarm(DEADLINE);
	program_invocation_short_name = argv[0]; /* messages begin with it */
	return cli_main(&program, argc, argv);
}

static bool run(char *line, const char *output, unsigned number)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0)
		exit(call(line, output, number));
	if (child < 0 || waitpid(child, &status, 0) != child)
		return false;
	printf("%d\t%s\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), line);
	return true;
}

int main(int argc, char **argv)
{
	char *line = NULL;
	unsigned number = 0;
	size_t size = 0;
	ssize_t length;

	if (argc != 2) {
		fputs("usage: each FOLDER < LINES\n", stderr);
		return EXIT_MISUSE;
	}
	while ((length = getline(&line, &size, stdin)) > 0) {
		line[length - (line[length - 1] == '\n')] = '\0';
		if (run(line, argv[1], ++number))
			continue;
		perror("each");
		return EXIT_FAILED;
	}
	free(line);
	return EXIT_OK;
}

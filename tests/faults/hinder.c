/* SPDX-License-Identifier: ISC */
/*
 * `hinder LIBRARY COUNT AT WHAT PROGRAM...': runs PROGRAM with LIBRARY (denied.c), whose system
 * call AT (0: none) is refused with the errno of number WHAT, kills it there (`kill'), or has it do
 * half (`half').  The file COUNT gets a line with the name of each call.  It ends as PROGRAM does.
 */
#include "tests/faults/refusal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int error_of(const char *what)
{
	if (strcmp(what, "kill") == 0)
		return REFUSAL_KILL;
	return strcmp(what, "half") == 0 ? REFUSAL_SHORT : (int)strtol(what, NULL, 10);
}

static void write_calls(const char *path, const struct refusal *refusal)
{
	FILE *out = fopen(path, "w");

	for (long i = 1; out && i <= refusal->count && i < REFUSAL_CALLS; i++)
		fprintf(out, "%s\n", refusal_row(refusal->made[i])->name);
	if (out)
		fclose(out);
}

static pid_t start(char **argv, const char *library, const int *sockets)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	dup2(sockets[1], REFUSAL_SOCKET);
	setenv("LD_PRELOAD", library, 1);
	execvp(argv[0], argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	static unsigned char made[REFUSAL_CALLS];
	struct refusal refusal = {.made = made};
	int sockets[2], status;
	pid_t child;

	if (argc < 6 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
		fputs("usage: hinder LIBRARY COUNT AT WHAT PROGRAM...\n", stderr);
		return 64;
	}
	refusal.at = strtol(argv[3], NULL, 10);
	refusal.error = error_of(argv[4]);
	child = start(argv + 5, argv[1], sockets);
	close(sockets[1]);
	refusal_attend(child, sockets[0], &refusal);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 127;
	write_calls(argv[2], &refusal);
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	signal(WTERMSIG(status), SIG_DFL);
	raise(WTERMSIG(status));
	return 127;
}

/* SPDX-License-Identifier: ISC */
/*
 * `hinder LIBRARY COUNT AT WHAT PROGRAM...': runs PROGRAM with LIBRARY (denied.c), whose system
 * call AT (0: none; NAME:N: the Nth of that name) is refused with the errno of number WHAT, and all
 * of its name behind it, too, if a `+' stands behind that; or it is killed there (`kill'), or does
 * half (`half').  The file COUNT gets a line with the name of each call, and COUNT.refused the name
 * of the one that was refused, and of the last file that was.  It ends as PROGRAM does, which
 * SIGTERM is handed on to.
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

static const char *name_of(const struct refusal *refusal, long at)
{
	return refusal_row(refusal->made[at])->name;
}

static void write_calls(const char *path, const struct refusal *refusal)
{
	FILE *out = fopen(path, "w");

	for (long i = 1; out && i <= refusal->count && i < REFUSAL_CALLS; i++)
		fprintf(out, "%s\n", name_of(refusal, i));
	if (out)
		fclose(out);
}

static void write_refused(const char *path, const struct refusal *refusal)
{
	char beside[4096];
	FILE *out;

	snprintf(beside, sizeof(beside), "%s.refused", path);
	out = fopen(beside, "w");
	if (out && refusal->has_begun)
		fprintf(out, "%s %s\n", refusal_row(refusal->first)->name, refusal->file);
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

static volatile sig_atomic_t program;

static void hand_on(int number)
{
	if (program > 0)
		kill((pid_t)program, number);
}

int main(int argc, char **argv)
{
	static unsigned char made[REFUSAL_CALLS];
	struct refusal refusal = {.made = made};
	int sockets[2], status;
	pid_t child;
	char *of;

	if (argc < 6 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
		fputs("usage: hinder LIBRARY COUNT AT WHAT PROGRAM...\n", stderr);
		return 64;
	}
	of = strchr(argv[3], ':');
	refusal.at = strtol(of ? of + 1 : argv[3], NULL, 10);
	if (of)
		*of = '\0';
	refusal.of = of ? argv[3] : NULL;
	refusal.error = error_of(argv[4]);
	refusal.on = strchr(argv[4], '+') != NULL;
	child = start(argv + 5, argv[1], sockets);
	program = child;
	signal(SIGTERM, hand_on);
	close(sockets[1]);
	refusal_attend(child, sockets[0], &refusal);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 127;
	write_calls(argv[2], &refusal);
	write_refused(argv[2], &refusal);
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	signal(WTERMSIG(status), SIG_DFL);
	raise(WTERMSIG(status));
	return 127;
}

/* SPDX-License-Identifier: ISC */
/*
 * What commands cost: `measure ROUNDS' reads one a line, its name, a TAB, and its words with one
 * blank between them.  They run in turn, ROUNDS times, in silence, so that a machine's bad moments
 * hit them all.  Of the run of each that took least it prints name, microseconds of CPU (user and
 * system), page faults (major ones included), peak memory in KiB, and the exit status.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMMANDS_MAX 64
#define WORDS_MAX 32

struct cost {
	long long cpu;
	long faults;
	long peak;
	int status; /* as a shell has it */
};

struct command {
	char *name;
	char *words[WORDS_MAX + 1];
	struct cost least;
};

static long long microseconds(struct timeval time)
{
	return (long long)time.tv_sec * 1000000 + time.tv_usec;
}

static pid_t start(char **words)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	error = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error ? -1 : pid;
}

static struct cost run(char **words)
{
	struct cost cost = {.status = 127};
	struct rusage usage;
	int status;
	pid_t pid = start(words);

	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		return cost;
	cost.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	cost.cpu = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
	cost.faults = usage.ru_minflt + usage.ru_majflt;
	cost.peak = usage.ru_maxrss;
	return cost;
}

/* Splits LINE, which it changes, into COMMAND; 0 if it is none. */
static int parse(char *line, struct command *command)
{
	size_t count = 0;
	char *rest;

	line[strcspn(line, "\n")] = '\0';
	command->name = strtok_r(line, "\t", &rest);
	while (command->name && count < WORDS_MAX) {
		char *word = strtok_r(NULL, " ", &rest);

		if (!word)
			break;
		command->words[count++] = word;
	}
	return count > 0;
}

static size_t read_commands(struct command *commands)
{
	size_t count = 0;

	while (count < COMMANDS_MAX) {
		char *line = NULL;
		size_t room = 0;

		if (getline(&line, &room, stdin) < 0 || !parse(line, &commands[count])) {
			free(line);
			break;
		}
		count++; /* and the line stays: the words are in it */
	}
	return count;
}

int main(int argc, char **argv)
{
	static struct command commands[COMMANDS_MAX];
	size_t count = read_commands(commands);
	long rounds = argc == 2 ? strtol(argv[1], NULL, 10) : 0;

	if (rounds < 1 || !count || !feof(stdin)) {
		fprintf(stderr, "usage: measure ROUNDS < COMMANDS, up to %d\n", COMMANDS_MAX);
		return 64;
	}
	for (long round = 0; round < rounds; round++) {
		for (size_t i = 0; i < count; i++) {
			struct cost cost = run(commands[i].words);

			if (round == 0 || cost.cpu < commands[i].least.cpu)
				commands[i].least = cost;
		}
	}
	for (size_t i = 0; i < count; i++)
		printf("%s\t%lld\t%ld\t%ld\t%d\n", commands[i].name, commands[i].least.cpu,
		       commands[i].least.faults, commands[i].least.peak, commands[i].least.status);
	return 0;
}

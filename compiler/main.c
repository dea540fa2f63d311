/* SPDX-License-Identifier: ISC */
#include "compiler/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * A standard stream that is closed would be the next file that is opened, and messages would end in
 * that file.  What takes its place fails where the stream itself would have.
 */
static void fill_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
	}
}

static int print_help(void)
{
	fputs("usage: weipsec COMMAND [OPTION]... [ARGUMENT]...\n"
	      "\n"
	      "Checks, compiles and shows the IPsec part of WeOS configuration.\n"
	      "\n",
	      stdout);
	for (size_t i = 0; cli_commands[i]; i++)
		printf("  %-10s  %s\n", cli_commands[i]->name, cli_commands[i]->line);
	putchar('\n');
	cli_print_options(cli_options);
	fputs("\n'weipsec COMMAND --help' tells more.\n", stdout);
	return cli_flush(STATUS_OK);
}

static int complain_of(const char *word)
{
	struct cli_guess guess = {.word = word};

	for (size_t i = 0; cli_commands[i]; i++)
		cli_guess(&guess, cli_commands[i]->name);
	if (word[0] == '-')
		return cli_misuse(NULL, "unknown option '%s'", word);
	if (guess.best)
		return cli_misuse(NULL, "unknown command '%s', did you mean '%s'?", word,
				  guess.best);
	return cli_misuse(NULL, "unknown command '%s'", word);
}

/* Both signals: the write fails instead, which is told from the rest and cleaned up after. */
int main(int argc, char **argv)
{
	fill_standard_streams();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	setvbuf(stderr, NULL, _IOLBF, 0);
	if (argc < 2)
		return cli_misuse(NULL, "no command");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_help();
	if (strcmp(argv[1], "--version") == 0) {
		puts("weipsec " WEIPSEC_VERSION);
		return cli_flush(STATUS_OK);
	}
	for (size_t i = 0; cli_commands[i]; i++) {
		if (strcmp(argv[1], cli_commands[i]->name) == 0)
			return cli_commands[i]->run(cli_commands[i], argc - 1, argv + 1);
	}
	return complain_of(argv[1]);
}

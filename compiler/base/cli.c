/* SPDX-License-Identifier: ISC */
#include "compiler/base/cli.h"

#include "compiler/base/printable.h"
#include "compiler/base/shortage.h"
#include "compiler/base/sink.h"
#include "compiler/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Long options return their row behind this, so that they differ from letters. */
#define ROW 256

/* No command has more. */
#define OPTIONS_MAX 24

const struct cli_option cli_options[] = {{"version", 'V', NULL, "print the version"}, {0}};
const struct cli_option cli_help_option = {"help", 'h', NULL, "print this text"};

/* ---- messages ---- */

static void cli_vcomplain(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static void cli_vcomplain(const char *format, va_list args)
{
	char *message;

	int length = vasprintf(&message, format, args); /* first: it may end the program */

	fprintf(stderr, "%s: ", program_invocation_short_name);
	if (length >= 0) {
		printable_puts(stderr, message);
		free(message);
	} else {
		fputs("out of memory", stderr);
	}
	fputc('\n', stderr);
}

void cli_complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cli_vcomplain(format, args);
	va_end(args);
}

int cli_misuse(const struct cli_command *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cli_vcomplain(format, args);
	va_end(args);
	fprintf(stderr, "see '%s%s%s --help'\n", program_invocation_short_name,
		command && *command->name ? " " : "", command ? command->name : "");
	return EXIT_MISUSE;
}

int cli_written(int status, const char *what, int error)
{
	if (!error || error == EPIPE)
		return status;
	cli_complain("%s: %s", what, strerror(error));
	return EXIT_FAILED;
}

int cli_flush(int status)
{
	errno = 0;
	(void)fflush(stdout); /* who failed says so, now or before */
	return cli_written(status, "standard output", sink_why(stdout));
}

/*
 * What STATUS becomes when what was told on standard error is lost.  Nobody can be told, and who
 * closed it, or went away, did not want to be.
 */
static int cli_told(int status)
{
	int error;

	errno = 0;
	error = sink_why(stderr);
	return !error || error == EPIPE || error == EBADF ? status : EXIT_FAILED;
}

/* ---- help ---- */

/* What an option longer than this stands for comes on the next line. */
#define OPTION_WIDTH_MAX 40

static int option_width(const struct cli_option *option)
{
	int width = option->name ? (int)strlen(option->name) + 2 : 0;

	if (option->letter)
		width += option->name ? 4 : 2;
	if (option->value)
		width += (int)strlen(option->value) + 1;
	return width;
}

static void print_option(const struct cli_option *option, int width)
{
	fputs("  ", stdout);
	if (option->letter)
		printf("-%c%s", option->letter, option->name ? ", " : "");
	if (option->name)
		printf("--%s", option->name);
	if (option->value)
		printf(" %s", option->value);
	if (option_width(option) > width)
		printf("\n  %*s", width, "");
	else
		printf("%*s", width - option_width(option), "");
	printf("  %s\n", option->line);
}

int cli_has_option(const struct cli_option *option)
{
	return option->name || option->letter;
}

void cli_print_options(const struct cli_option *options)
{
	int width = option_width(&cli_help_option);
	const struct cli_option *option;

	for (option = options; cli_has_option(option); option++) {
		if (option_width(option) > width && option_width(option) <= OPTION_WIDTH_MAX)
			width = option_width(option);
	}
	for (option = options; cli_has_option(option); option++)
		print_option(option, width);
	print_option(&cli_help_option, width);
}

static void cli_print_help(const struct cli_command *command)
{
	printf("usage: %s%s%s [OPTION]...%s%s\n\n%s.\n\n", program_invocation_short_name,
	       *command->name ? " " : "", command->name, *command->operands ? " " : "",
	       command->operands, command->line);
	cli_print_options(command->options);
	printf("\n%s", command->more);
}

/* ---- options ---- */

/* A command's options in getopt's own form. */
struct getopt_form {
	struct option longs[OPTIONS_MAX + 2];
	char letters[2 * OPTIONS_MAX + 4];
	size_t long_count;
	size_t letter_count;
};

static void add_option(struct getopt_form *grammar, const struct cli_option *option, int row)
{
	if (option->name)
		grammar->longs[grammar->long_count++] = (struct option){
		    option->name, option->value ? required_argument : no_argument, NULL, ROW + row};
	if (!option->letter)
		return;
	grammar->letters[grammar->letter_count++] = option->letter;
	if (option->value)
		grammar->letters[grammar->letter_count++] = ':';
}

/* A leading colon: getopt then tells a missing value from an unknown option. */
static void make_grammar(struct getopt_form *grammar, const struct cli_command *command)
{
	int row;

	*grammar = (struct getopt_form){.letters = ":", .letter_count = 1};
	for (row = 0; row < OPTIONS_MAX && cli_has_option(&command->options[row]); row++)
		add_option(grammar, &command->options[row], row);
	add_option(grammar, &cli_help_option, row);
}

void cli_guess(struct cli_guess *guess, const char *candidate)
{
	struct slice word = {guess->word, strlen(guess->word)};
	struct slice other = {candidate, strlen(candidate)};
	unsigned limit = word.length < 4 ? 1 : 2;
	unsigned distance = slice_distance(word, other, limit);

	if (distance <= limit && (!guess->best || distance < guess->distance)) {
		guess->best = candidate;
		guess->distance = distance;
	}
}

int cli_choice(const struct cli_command *command, const char *option, const char *value,
	       const char *const *words)
{
	char list[128] = "";
	size_t length = 0;

	for (int at = 0; words[at]; at++) {
		const char *comma = !at ? "" : words[at + 1] ? ", " : " or ";

		if (strcmp(words[at], value) == 0)
			return at;
		if (length < sizeof(list))
			length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
						   comma, words[at]);
	}
	cli_misuse(command, "%s takes %s, not '%s'", option, list, value);
	return -1;
}

/* ---- getopt ---- */

/* A long option that getopt does not take: unknown, or an abbreviation of several. */
static void complain_of_long(const struct cli *cli, const struct option *option, const char *typed)
{
	size_t length = strcspn(typed, "=");
	char *word = strndup(typed, length);
	struct cli_guess guess = {.word = word ? word : ""};
	int fits = 0;

	for (; option->name; option++) {
		cli_guess(&guess, option->name);
		fits += strncmp(option->name, typed, length) == 0;
	}
	if (fits > 1)
		cli_misuse(cli->command, "option '--%s' could be one of several", guess.word);
	else if (guess.best)
		cli_misuse(cli->command, "unknown option '--%s', did you mean '--%s'?", guess.word,
			   guess.best);
	else
		cli_misuse(cli->command, "unknown option '--%s'", guess.word);
	free(word);
}

static void complain_of_option(const struct cli *cli, const struct option *option, int missing)
{
	const char *what = missing ? "needs a value" : "takes no value";
	const struct option *longs = option;

	while (option->name && option->val != optopt)
		option++;
	if (option->name)
		cli_misuse(cli->command, "option '--%s' %s", option->name, what);
	else if (missing)
		cli_misuse(cli->command, "option '-%c' %s", optopt, what);
	else if (optopt)
		cli_misuse(cli->command, "unknown option '-%c'", optopt);
	else
		complain_of_long(cli, longs, cli->argv[optind - 1] + 2);
}

static int row_of_letter(const struct cli_command *command, int letter)
{
	int row = 0;

	while (cli_has_option(&command->options[row]) && command->options[row].letter != letter)
		row++;
	return row;
}

int cli_next(struct cli *cli)
{
	struct getopt_form grammar;
	int found, row;

	make_grammar(&grammar, cli->command);
	if (!cli->operand)
		optind = 1;
	opterr = 0;
	found = getopt_long(cli->argc, cli->argv, grammar.letters, grammar.longs, NULL);
	cli->value = optarg;
	cli->operand = optind;
	if (found == -1)
		return CLI_END;
	if (found == '?' || found == ':') {
		complain_of_option(cli, grammar.longs, found == ':');
		return CLI_WRONG;
	}
	row = found >= ROW ? found - ROW : row_of_letter(cli->command, found);
	if (cli_has_option(&cli->command->options[row]))
		return row;
	cli_print_help(cli->command);
	return CLI_HELP;
}

/* ---- programs ---- */

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

static int print_program(const struct cli_program *program)
{
	printf("usage: %s COMMAND [OPTION]... [ARGUMENT]...\n\n%s\n\n", program->name,
	       program->line);
	for (const struct cli_command *const *at = program->commands; *at; at++)
		printf("  %-10s  %s\n", (*at)->name, (*at)->line);
	if (program->fallback)
		printf("\nThe word '%s' may be left out.\n", program->fallback->name);
	putchar('\n');
	cli_print_options(cli_options);
	printf("\n'%s help COMMAND' tells more.\n", program->name);
	return cli_flush(EXIT_OK);
}

/* WORD as it may be typed after a command: a name that a shell would take apart stands as FILE. */
static const char *typeable(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789_./+:@,=%-";

	return word[strspn(word, plain)] == '\0' ? word : "FILE";
}

static int complain_of_word(const struct cli_program *program, const char *word)
{
	struct cli_guess guess = {.word = word};

	for (const struct cli_command *const *at = program->commands; *at; at++)
		cli_guess(&guess, (*at)->name);
	if (program->proposed && (strcmp(word, "-") == 0 || access(word, F_OK) == 0))
		return cli_misuse(NULL, "'%s' is no command: did you mean '%s %s %s'?", word,
				  program->name, program->proposed->name, typeable(word));
	if (word[0] == '-')
		return cli_misuse(NULL, "unknown option '%s'", word);
	if (guess.best)
		return cli_misuse(NULL, "unknown command '%s', did you mean '%s'?", word,
				  guess.best);
	return cli_misuse(NULL, "unknown command '%s'", word);
}

/* True if WORD of the command line is an option of COMMAND whose value is the next word. */
static bool takes_next(const struct cli_command *command, const char *word)
{
	for (const struct cli_option *at = command->options; cli_has_option(at); at++) {
		if (at->name && at->value && strncmp(word, "--", 2) == 0 &&
		    strcmp(word + 2, at->name) == 0)
			return true;
	}
	return false;
}

/* Where the first word stands that is no option, nor the value of one; argc if there is none. */
static int first_word(const struct cli_program *program, int argc, char **argv)
{
	int at = 1;

	while (at < argc && argv[at][0] == '-' && argv[at][1])
		at += program->fallback && takes_next(program->fallback, argv[at]) ? 2 : 1;
	return at < argc ? at : argc;
}

/* The word at AT comes first: options may stand before the command, too. */
static void move_to_front(char **argv, int at)
{
	char *word = argv[at];

	memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof(*argv));
	argv[1] = word;
}

/* A word that is no command is a file, unless there is no such file and a command that it is near.
 */
static int run_fallback(const struct cli_program *program, int argc, char **argv)
{
	int at = first_word(program, argc, argv);
	struct cli_guess guess = {.word = at < argc ? argv[at] : "-"};

	for (const struct cli_command *const *command = program->commands; *command; command++)
		cli_guess(&guess, (*command)->name);
	if (guess.best && access(guess.word, F_OK) != 0)
		return complain_of_word(program, guess.word);
	return program->fallback->run(program->fallback, argc, argv);
}

/* `help', `help COMMAND'. */
static int help_with(const struct cli_program *program, int argc, char **argv)
{
	if (argc < 3)
		return print_program(program);
	if (argc > 3)
		return cli_misuse(NULL, "help takes one command: '%s' is too much", argv[3]);
	for (const struct cli_command *const *at = program->commands; *at; at++) {
		if (strcmp(argv[2], (*at)->name) != 0)
			continue;
		cli_print_help(*at);
		return cli_flush(EXIT_OK);
	}
	return complain_of_word(program, argv[2]);
}

static int run_command(const struct cli_program *program, int argc, char **argv)
{
	int word;

	if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)) {
		printf("%s " WEIPSEC_VERSION "\n", program->name);
		return cli_flush(EXIT_OK);
	}
	if (!program->commands)
		return program->fallback->run(program->fallback, argc, argv);
	if (argc < 2)
		return cli_misuse(NULL, "no command");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_program(program);
	if (strcmp(argv[1], "help") == 0 && !(program->fallback && access(argv[1], F_OK) == 0))
		return help_with(program, argc, argv);
	word = program->fallback ? first_word(program, argc, argv) : 1;
	for (const struct cli_command *const *at = program->commands; *at && word < argc; at++) {
		if (strcmp(argv[word], (*at)->name) != 0)
			continue;
		move_to_front(argv, word);
		return (*at)->run(*at, argc - 1, argv + 1);
	}
	if (program->fallback)
		return run_fallback(program, argc, argv);
	return complain_of_word(program, argv[1]);
}

/* Both signals: the write fails instead, which is told from the rest and cleaned up after. */
int cli_main(const struct cli_program *program, int argc, char **argv)
{
	fill_standard_streams();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	shortage_watch_ends();
	setvbuf(stderr, NULL, _IOLBF, 0);
	return cli_told(run_command(program, argc, argv));
}

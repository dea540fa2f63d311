/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CLI_H
#define WEIPSEC_CLI_H

#include <stddef.h>

/* What the programs exit with; the gravest wins. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_FINDINGS = 1, /* at or above the threshold */
	EXIT_FAILED = 2,   /* something could not be read or written */
	EXIT_MISUSE = 64
};

struct cli_option {
	const char *name;  /* behind two dashes, or NULL */
	char letter;	   /* behind one, or 0 */
	const char *value; /* what to type behind it: words and `|', or one in capitals; or NULL */
	const char *line;  /* for --help */
};

struct cli_command {
	const char *name; /* empty: the program has no other */
	const char *operands;
	const char *line;		  /* what it does, one line */
	const char *more;		  /* paragraphs for the end of --help */
	const struct cli_option *options; /* ended by one without name and letter */
	int (*run)(const struct cli_command *command, int argc, char **argv);
};

/* A program. */
struct cli_program {
	const char *name;
	const char *line;			   /* what it does */
	const struct cli_command *const *commands; /* ended by NULL; NULL: the fallback is all */
	const struct cli_command
	    *fallback; /* where the first word is no command; NULL: that is wrong */
	const struct cli_command *proposed; /* what who types a file there may mean, or NULL */
};

/* What main() returns. */
int cli_main(const struct cli_program *program, int argc, char **argv);

/*
 * The options of a program itself, and the one that both it and each command have beside their own.
 * --help, the manual pages and the completions are made of these (docs/generate.c).
 */
extern const struct cli_option cli_options[];
extern const struct cli_option cli_help_option;

/* A command line that is being read. */
struct cli {
	const struct cli_command *command;
	int argc;
	char **argv;	   /* [0] is the command's name; permuted, options first */
	const char *value; /* of the option that was found last */
	int operand;	   /* where the operands begin in argv, at the end of the options */
};

/* What cli_next() returns beside the index of an option in the command's table. */
enum { CLI_END = -1, CLI_HELP = -2, CLI_WRONG = -3 };

/*
 * The next option; begin with a zeroed `operand'.  CLI_HELP was given, and is printed.  CLI_WRONG
 * was complained of.
 */
int cli_next(struct cli *cli);

int cli_has_option(const struct cli_option *option); /* 0 at the end of a table */
/* OPTIONS and --help as a list, on standard output. */
void cli_print_options(const struct cli_option *options);

/* The nearest of several words to one that is not known. */
struct cli_guess {
	const char *word;
	const char *best; /* NULL: none is near */
	unsigned distance;
};

void cli_guess(struct cli_guess *guess, const char *candidate);

/* Where VALUE of OPTION stands in WORDS, which ends in NULL, or -1, complained of. */
int cli_choice(const struct cli_command *command, const char *option, const char *value,
	       const char *const *words);

/* `PROGRAM: MESSAGE' on standard error, made printable. */
void cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same and a hint to --help (of COMMAND, or of the program); returns EXIT_MISUSE. */
int cli_misuse(const struct cli_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * What becomes of STATUS when writing WHAT ended with ERROR (errno, 0: well): complains and returns
 * EXIT_FAILED.  A reader who went away is no failure.
 */
int cli_written(int status, const char *what, int error);
/* Flushes standard output; what becomes of STATUS. */
int cli_flush(int status);

#endif

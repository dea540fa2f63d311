/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/command/cli_value.h"
#include "compiler/rules/strength.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 360 bits are 60 characters of base64, and a secret has at most 63. */
#define BITS_LEAST 128
#define BITS_MOST 360
#define BITS_STANDARD 256
#define BYTES_MOST (BITS_MOST / 8)

enum { BITS };

static const struct cli_option options[] = {
    [BITS] = {"bits", 0, "N", "how strong it is, 128 to 360 (256)"},
    {0},
};

/* A random secret that would be called guessable is as rare as it is unwelcome. */
static int make_bytes(unsigned char *bytes, size_t count)
{
	struct slice secret = {(const char *)bytes, count};
	struct strength strength;

	do {
		if (RAND_bytes(bytes, (int)count) != 1)
			return 0;
		strength = strength_of(secret);
	} while (strength.bits < 8 * count || strength_pattern(&strength, count));
	return 1;
}

static int print_secret(unsigned bits)
{
	unsigned char bytes[BYTES_MOST], text[4 * ((BYTES_MOST + 2) / 3) + 1];
	size_t count = (bits + 7) / 8;

	if (!make_bytes(bytes, count)) {
		cli_complain("the system has no random bytes");
		return EXIT_FAILED;
	}
	EVP_EncodeBlock(text, bytes, (int)count);
	printf("0s%s\n", (const char *)text);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	OPENSSL_cleanse(text, sizeof(text));
	return cli_flush(EXIT_OK);
}

static int secret_run(const struct cli_command *command, int argc, char **argv)
{
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	unsigned bits = BITS_STANDARD;
	int option;

	while ((option = cli_next(&cli)) >= 0) {
		bits = cli_number(command, "--bits", cli.value, BITS_LEAST, BITS_MOST);
		if (!bits)
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand < argc)
		return cli_misuse(command, "secret takes no operand");
	return print_secret(bits);
}

const struct cli_command cli_secret = {
    .name = "secret",
    .operands = "",
    .line = "Prints a new random secret, to be typed behind 'secret' at both ends",
    .more = "Under 256 bits it is too weak for any 'auth' but sha1 (160), which WI406 says.\n"
	    "\n"
	    "Exit status: 0 printed, 2 not, 64 wrong usage.\n",
    .options = options,
    .run = secret_run,
};

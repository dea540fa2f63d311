/* SPDX-License-Identifier: ISC */
/* A peer's suites, which charon's log has by its own names, in the words of WeOS.  Prints TAP. */
#include "runtime/status/cause.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d suites: %s\n", holds ? "" : "not ", ++count, what);
}

static bool becomes(const char *suites, size_t room, const char *expected)
{
	char words[100];

	cause_translate(words, room, (struct slice){suites, strlen(suites)});
	printf("# %s\n", words);
	return strcmp(words, expected) == 0;
}

static void test_suites(void)
{
	ok(becomes("IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/ECP_256", 100,
		   "cipher aes128gcm16 prf prfsha256 dh ecp256"),
	   "a suite as WeOS has it");
	ok(becomes("ESP:CAMELLIA_CBC_256/HMAC_SHA2_256_128/\033[7m/NO_EXT_SEQ", 100,
		   "CAMELLIA_CBC_256 auth sha256 \\x1B[7m"),
	   "one that WeOS does not have");
	ok(becomes("ESP:AES_CBC_128/HMAC_SHA2_512_256/HMAC_SHA2_256_128/EXT_SEQ/NO_EXT_SEQ", 100,
		   "cipher aes128 auth sha512 or sha256"),
	   "one with a choice");
	ok(becomes("ESP:AES_GCM_16_128/EXT_SEQ", 100, "cipher aes128gcm16 EXT_SEQ"),
	   "and one with no other sequence numbers");
	ok(becomes("ESP:AES_CBC_128/HMAC_SHA1_96, ESP:AES_CBC_256/HMAC_SHA2_512_256, ESP:X", 50,
		   "cipher aes128 auth sha1, ..."),
	   "what there is no room for is left out");
}

int main(void)
{
	test_suites();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

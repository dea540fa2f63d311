/* SPDX-License-Identifier: ISC */
#include "runtime/command/commands.h"
#include "runtime/command/memory.h"

#include <openssl/crypto.h>

static const struct cli_program program = {
    .name = "weipsec-apply",
    .line = "Applies the IPsec part of WeOS configuration through strongSwan.",
    .commands = apply_commands,
    .fallback = &cli_apply,
};

int main(int argc, char **argv)
{
	memory_close();
	memory_wipe();
	/* it makes digests only: reading openssl.cnf would take longer than all of them */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	return cli_main(&program, argc, argv);
}

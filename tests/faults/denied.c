/* SPDX-License-Identifier: ISC */
/*
 * A library for LD_PRELOAD: the program that has it is asked by whoever holds the other end of
 * REFUSAL_SOCKET, from before its main() on.  Without that socket it does nothing.
 */
#include "tests/faults/refusal.h"

#include <fcntl.h>
#include <stdlib.h>

__attribute__((constructor)) static void begin(void)
{
	if (fcntl(REFUSAL_SOCKET, F_GETFD) == 0 && !refusal_submit())
		abort();
}

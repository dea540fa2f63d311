/* SPDX-License-Identifier: ISC */
#include "runtime/command/memory.h"

#include "compiler/base/sanitized.h"
#include "compiler/base/shortage.h"

#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* The program's, not the library's; there is one thread. */
static unsigned failures;
static bool endures;

void memory_endure(void)
{
	endures = true;
}

void shortage_meet(void)
{
	failures++;
	if (!endures)
		shortage_end();
}

unsigned shortage_count(void)
{
	return failures;
}

void memory_close(void)
{
	const struct rlimit none = {0, 0};

	if (IS_SANITIZED) /* by something outside of the process */
		return;
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

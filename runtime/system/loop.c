/* SPDX-License-Identifier: ISC */
#include "runtime/system/loop.h"

#include <errno.h>

int loop_run(uev_ctx_t *loop)
{
	return uev_run(loop, 0) == 0 ? 0 : errno;
}

/* SPDX-License-Identifier: ISC */
#include "runtime/system/eventloop.h"

#include <errno.h>

int eventloop_run(uev_ctx_t *loop)
{
	return uev_run(loop, 0) == 0 ? 0 : errno;
}

/* SPDX-License-Identifier: ISC */
#include "runtime/system/eventloop.h"

#include <errno.h>

int eventloop_run(uev_ctx_t *loop)
{
	if (uev_run(loop, 0) == 0)
		return 0;
	return errno ? errno : EIO; /* half of a signal is an end without a reason */
}

/* SPDX-License-Identifier: ISC */
#include "compiler/base/shortage.h"

/* Nothing that it does is worth to be continued without memory, and all of it can be done again. */
void shortage_meet(void)
{
	shortage_end();
}

/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AGENT_WRITE_H
#define WEIPSEC_AGENT_WRITE_H

#include "backends/output.h"

/*
 * Writes MODEL as agent configuration, XML, which agent_read() reads: what is remembered on the
 * device, without libyang.  Sets output->failed without memory.
 */
void agent_write(const struct model *model, struct output *output);

#endif

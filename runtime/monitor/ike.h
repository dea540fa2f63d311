/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_IKE_H
#define WEIPSEC_IKE_H

#include "runtime/monitor/line.h"

/* Adds to LINE what the IKE message PART is.  What is wrong with it, or NULL. */
const char *ike_describe(struct packet_line *line, const struct packet_part *part);

#endif

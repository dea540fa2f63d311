/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TUNNEL_IDS_H
#define WEIPSEC_TUNNEL_IDS_H

#include "compiler/finding/finding.h"

#include <stdbool.h>
#include <stdint.h>

/* A set of tunnels by their IDs; zeroed, there is none in it.  All without an ID, -1, are one. */
struct tunnel_ids {
	unsigned char bits[(UINT16_MAX + 1) / 8 + 1];
};

void tunnel_ids_add(struct tunnel_ids *ids, int32_t id);
bool tunnel_ids_have(const struct tunnel_ids *ids, int32_t id);
void tunnel_ids_add_all(struct tunnel_ids *ids, const struct tunnel_ids *more);
/* Adds those that have an error of FINDINGS, listed or only counted. */
void tunnel_ids_add_errors(struct tunnel_ids *ids, const struct findings *findings);

#endif
